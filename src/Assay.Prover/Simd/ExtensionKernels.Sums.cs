using System.Runtime.CompilerServices;

namespace Assay.Prover.Simd;

/// <inheritdoc cref="ExtensionKernels"/>
internal sealed unsafe partial class ExtensionKernels<TS, TV>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddDot(ExtensionSum* sum, uint* a, uint* b, long blocks)
    {
        ExtensionSums<TS, TV>.Load(
            sum, out TV s0, out TV h0, out TV s1, out TV h1, out TV s2, out TV h2, out TV s3, out TV h3);
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

        ExtensionSums<TS, TV>.Store(sum, s0, h0, s1, h1, s2, h2, s3, h3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddDotOfDifferences(ExtensionSum* sum, uint* lowA, uint* highA, uint* lowB, uint* highB, long blocks)
    {
        ExtensionSums<TS, TV>.Load(
            sum, out TV s0, out TV h0, out TV s1, out TV h1, out TV s2, out TV h2, out TV s3, out TV h3);
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

        ExtensionSums<TS, TV>.Store(sum, s0, h0, s1, h1, s2, h2, s3, h3);
    }
}
