using System.Runtime.CompilerServices;

namespace Assay.Prover.Simd;

/// <inheritdoc cref="ExtensionKernels"/>
internal sealed unsafe partial class ExtensionKernels<TS, TV>(FieldPath path) : ExtensionKernels
    where TS : struct, ILanes<TV>
    where TV : struct
{
    public override FieldPath Path => path;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Add(uint* d, uint* a, uint* b, long blocks)
    {
        // Sums have no carries between coefficients: a block is 64 words alike.
        for (long i = 0; i < blocks * BlockWords; i += TS.Count)
        {
            TS.Store(d + i, ExtensionVector<TS, TV>.BaseAdd(TS.Load(a + i), TS.Load(b + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Subtract(uint* d, uint* a, uint* b, long blocks)
    {
        for (long i = 0; i < blocks * BlockWords; i += TS.Count)
        {
            TS.Store(d + i, ExtensionVector<TS, TV>.BaseSub(TS.Load(a + i), TS.Load(b + i)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(uint* d, uint* a, uint* b, long blocks)
    {
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionVector<TS, TV>.Store(d + at, ExtensionVector<TS, TV>.Load(a + at) * ExtensionVector<TS, TV>.Load(b + at));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Multiply(uint* d, uint* a, in ExtensionConstant c, long blocks)
    {
        ExtensionConstant constant = c;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionVector<TS, TV>.Store(d + at, ExtensionVector<TS, TV>.Load(a + at) * constant);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddMultiple(uint* d, uint* a, in ExtensionConstant c, long blocks)
    {
        ExtensionConstant constant = c;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionVector<TS, TV> product = ExtensionVector<TS, TV>.Load(a + at) * constant;
                ExtensionVector<TS, TV>.Store(d + at, ExtensionVector<TS, TV>.Load(d + at) + product);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Fold(uint* d, uint* low, uint* high, in ExtensionConstant r, long blocks)
    {
        ExtensionConstant constant = r;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionVector<TS, TV> x = ExtensionVector<TS, TV>.Load(low + at);
                ExtensionVector<TS, TV>.Store(d + at, x + ((ExtensionVector<TS, TV>.Load(high + at) - x) * constant));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Split(uint* low, uint* high, in ExtensionConstant z, long blocks)
    {
        ExtensionConstant constant = z;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionVector<TS, TV> x = ExtensionVector<TS, TV>.Load(low + at);
                ExtensionVector<TS, TV> y = x * constant;
                ExtensionVector<TS, TV>.Store(high + at, y);
                ExtensionVector<TS, TV>.Store(low + at, x - y);
            }
        }
    }
}
