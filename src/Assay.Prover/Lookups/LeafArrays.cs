using Assay.Prover.Simd;

namespace Assay.Prover.Lookups;

/// <summary>The leaves in two halves by their number's highest bit: denominators as elements, numerators as numbers of the base field,
/// both in array form. The second half ends with the last leaf that is used; all behind it are 0/1.</summary>
/// <remarks>Safety: the pointers have room for the blocks that are counted here, until the arena takes the memory back.</remarks>
internal sealed unsafe class LeafArrays : IDisposable
{
    /// <summary>Keeps streams that are read together out of each other's way in the first-level cache.</summary>
    private const int Stagger = 2048;

    private readonly NativeArena _arena;
    private readonly byte* _memory;
    private readonly long _bytes;
    private readonly int _halfBits;

    /// <param name="bits">N, at least 1.</param>
    /// <param name="cells">Leaves that are used, at most 2^N.</param>
    public LeafArrays(NativeArena arena, int bits, long cells)
    {
        _arena = arena;
        _halfBits = bits - 1;
        long half = 1L << _halfBits;
        LowBlocks = (half + 15) / 16;
        HighBlocks = (Math.Max(cells - half, 1) + 15) / 16;
        long blockBytes = (ExtensionKernels.BlockWords + ExtensionKernels.BlockElements) * sizeof(uint);
        _bytes = ((LowBlocks + HighBlocks) * blockBytes) + (2 * Stagger);
        _memory = (byte*)arena.Rent(_bytes);
        LowQ = (uint*)_memory;
        HighQ = (uint*)((byte*)(LowQ + (LowBlocks * ExtensionKernels.BlockWords)) + Stagger);
        LowP = (uint*)((byte*)(HighQ + (HighBlocks * ExtensionKernels.BlockWords)) + Stagger);
        HighP = LowP + (LowBlocks * ExtensionKernels.BlockElements);

        // Whole blocks are filled later; of the last ones perhaps a part.
        Unused(LowQ, LowP, LowBlocks - 1);
        Unused(HighQ, HighP, HighBlocks - 1);
    }

    /// <summary>Denominators of the first half.</summary>
    public uint* LowQ { get; }

    /// <summary>Denominators of the second half.</summary>
    public uint* HighQ { get; }

    /// <summary>Numerators of the first half.</summary>
    public uint* LowP { get; }

    /// <summary>Numerators of the second half.</summary>
    public uint* HighP { get; }

    /// <summary>Blocks of the first half.</summary>
    public long LowBlocks { get; }

    /// <summary>Blocks of the second half that are stored.</summary>
    public long HighBlocks { get; }

    /// <summary>Where a leaf's denominator has its first word.</summary>
    public uint* Denominators(long cell) => (IsHigh(cell) ? HighQ : LowQ) + ExtensionArray.WordOf(Within(cell));

    /// <summary>A leaf's numerator.</summary>
    public uint* Numerators(long cell) => (IsHigh(cell) ? HighP : LowP) + Within(cell);

    /// <inheritdoc/>
    public void Dispose() => _arena.Return(_memory, _bytes);

    private bool IsHigh(long cell) => cell >> _halfBits != 0;

    private long Within(long cell) => cell & ((1L << _halfBits) - 1);

    private static void Unused(uint* q, uint* p, long block)
    {
        Span<uint> words = new(q + (block * ExtensionKernels.BlockWords), ExtensionKernels.BlockWords);
        words.Clear();
        words[..ExtensionKernels.BlockElements].Fill(ExtensionForm.One);
        new Span<uint>(p + (block * ExtensionKernels.BlockElements), ExtensionKernels.BlockElements).Clear();
    }
}
