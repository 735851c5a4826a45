using Assay.Prover.Simd;

namespace Assay.Prover.Lookups;

/// <summary>Numerators and denominators of the <c>2^Bits</c> nodes of one level, each in two halves by the highest bit.</summary>
/// <remarks>Safety: each pointer has <see cref="HalfBlocks"/> blocks behind it, until the arena takes the memory back.</remarks>
internal sealed unsafe class NodeLevel : IDisposable
{
    /// <summary>Bits from which on a half is a whole number of blocks.</summary>
    public const int LeastBits = 5;

    private const int Stagger = 2048;
    private readonly NativeArena _arena;
    private readonly byte* _memory;
    private readonly long _bytes;

    /// <param name="bits">At least <see cref="LeastBits"/>.</param>
    public NodeLevel(NativeArena arena, int bits)
    {
        _arena = arena;
        Bits = bits;
        HalfBlocks = 1L << (bits - LeastBits);
        long half = HalfBlocks * ExtensionKernels.BlockWords * sizeof(uint);

        // The four streams are read together, a tile at a time: so their tiles don't all want the same lines of the cache.
        _bytes = (4 * half) + (2 * Stagger);
        _memory = (byte*)arena.Rent(_bytes);
        LowP = (uint*)_memory;
        HighP = (uint*)(_memory + half);
        LowQ = (uint*)(_memory + (2 * half) + Stagger);
        HighQ = (uint*)(_memory + (3 * half) + Stagger);
    }

    /// <summary>Of a node's number.</summary>
    public int Bits { get; }

    /// <summary>Blocks of a half.</summary>
    public long HalfBlocks { get; }

    /// <summary>Numerators of the first half.</summary>
    public uint* LowP { get; }

    /// <summary>Numerators of the second half.</summary>
    public uint* HighP { get; }

    /// <summary>Denominators of the first half.</summary>
    public uint* LowQ { get; }

    /// <summary>Denominators of the second half.</summary>
    public uint* HighQ { get; }

    /// <inheritdoc/>
    public void Dispose() => _arena.Return(_memory, _bytes);
}
