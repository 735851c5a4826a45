using Assay.Proofs.Fields;
using Assay.Prover.Simd;
using Assay.Prover.Sumchecks;

namespace Assay.Prover.Lookups;

/// <summary>The table <c>eq(z[0..t-1], x)</c> of a layer's rounds as a product of two: of the low bits, which stays in the cache, and of
/// the others. From round to round t falls by one: <c>eq</c> of fewer bits is the sum over the bit that goes.</summary>
internal sealed unsafe class LayerEq : IDisposable
{
    /// <summary>Bits of the part that stays in the cache.</summary>
    private const int LowBits = 10;

    private const int BlockBits = 4;
    private readonly ExtensionArray _low;
    private readonly Ext4[] _high;

    /// <param name="bits">The most that there will be.</param>
    public LayerEq(NativeArena arena, int bits)
    {
        _low = new(arena, 1L << Math.Clamp(bits, BlockBits, LowBits));
        _high = new Ext4[1 << Math.Max(bits - LowBits, 0)];
    }

    /// <summary>Bits of x.</summary>
    public int Bits { get; private set; }

    /// <summary>The table of the low bits.</summary>
    public uint* Low => _low.Words;

    /// <summary>Blocks of it: x is cut into runs of so many blocks.</summary>
    public long RunBlocks => 1L << (Math.Min(Bits, LowBits) - BlockBits);

    /// <summary>Factors of the runs.</summary>
    public ReadOnlySpan<Ext4> High => _high.AsSpan(0, 1 << Math.Max(Bits - LowBits, 0));

    /// <summary>The tables for a point of at least 4 elements.</summary>
    public void Start(ExtensionKernels kernels, ReadOnlySpan<Ext4> z)
    {
        Bits = z.Length;
        int low = Math.Min(Bits, LowBits);
        EqTable.Fill(kernels, _low.Words, z[..low], Ext4.One);
        EqTable.Scalars(z[low..], Ext4.One, _high);
    }

    /// <summary>One bit fewer; at least 4 remain.</summary>
    public void Drop(ExtensionKernels kernels)
    {
        Bits--;
        if (Bits >= LowBits)
        {
            int half = 1 << (Bits - LowBits);
            for (int i = 0; i < half; i++)
            {
                _high[i] += _high[half + i];
            }
        }
        else
        {
            long half = RunBlocks;
            kernels.Add(_low.Words, _low.Words, _low.Words + (half * ExtensionKernels.BlockWords), half);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _low.Dispose();
}
