using System.Runtime.CompilerServices;
using Assay.Proofs.Fields;

namespace Assay.Prover.Simd;

/// <inheritdoc cref="ExtensionKernels"/>
internal sealed unsafe partial class ExtensionKernels<TS, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override Ext4 Dot(uint* a, uint* b, long blocks)
    {
        TV s0 = TS.Zero, s1 = TS.Zero, s2 = TS.Zero, s3 = TS.Zero, h0 = TS.Zero, h1 = TS.Zero, h2 = TS.Zero, h3 = TS.Zero;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionSums<TS, TV>.AddProduct(
                    ref s0, ref h0, ref s1, ref h1, ref s2, ref h2, ref s3, ref h3,
                    ExtensionVector<TS, TV>.Load(a + at), ExtensionVector<TS, TV>.Load(b + at));
            }
        }

        return ExtensionSums<TS, TV>.Leave(s0, h0, s1, h1, s2, h2, s3, h3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override (Ext4 AtZero, Ext4 AtInfinity) ProductRound(uint* lowA, uint* highA, uint* lowB, uint* highB, long blocks)
    {
        // Two passes over a tile: sixteen sums at once would not stay in registers.
        Ext4 zero = Dot(lowA, lowB, blocks);
        TV s0 = TS.Zero, s1 = TS.Zero, s2 = TS.Zero, s3 = TS.Zero, h0 = TS.Zero, h1 = TS.Zero, h2 = TS.Zero, h3 = TS.Zero;
        for (long i = 0; i < blocks; i++)
        {
            for (int j = 0; j < BlockElements; j += TS.Count)
            {
                long at = (i * BlockWords) + j;
                ExtensionSums<TS, TV>.AddProduct(
                    ref s0, ref h0, ref s1, ref h1, ref s2, ref h2, ref s3, ref h3,
                    ExtensionVector<TS, TV>.Load(highA + at) - ExtensionVector<TS, TV>.Load(lowA + at),
                    ExtensionVector<TS, TV>.Load(highB + at) - ExtensionVector<TS, TV>.Load(lowB + at));
            }
        }

        return (zero, ExtensionSums<TS, TV>.Leave(s0, h0, s1, h1, s2, h2, s3, h3));
    }
}
