using Assay.Proofs.Fields;

namespace Assay.Proofs.Tests.Attacks;

/// <summary>What forgers compute: values that make the next check pass.</summary>
internal static class Forgery
{
    /// <summary>p_0 such that the sum of the two root fractions is 0.</summary>
    public static void RootThatCancels(Ext4[] v) => v[0] = Ext4.Zero - (v[1] * v[2] * v[3].Invert());

    /// <summary>p_0 such that a layer's check holds for the verifier's claim.</summary>
    public static void LayerThatFits(int layer, Ext4 lambda, Ext4 claim, Ext4[] v) =>
        v[0] = (claim - (v[1] * v[2]) - (lambda * v[2] * v[3])) * v[3].Invert();

    /// <summary>Changes one value so that the product check holds.</summary>
    public static void ProductThatFits(Ext4[] factors, Ext4 claim, Ext4[] values, int changed)
    {
        Ext4 rest = claim;
        for (int l = 0; l < factors.Length; l++)
        {
            rest -= l == changed / 2 ? Ext4.Zero : factors[l] * values[2 * l] * values[(2 * l) + 1];
        }

        values[changed] = rest * (factors[changed / 2] * values[changed ^ 1]).Invert();
    }

    /// <summary>Changes a fold so that <c>Σ low * u</c> is what the verifier expects.</summary>
    public static void FoldThatFits(Ext4[] low, Ext4 expected, Ext4[] u) => u[0] += (expected - Sums.Dot(low, u)) * low[0].Invert();

    /// <summary>Changes a fold without changing <c>Σ low * u</c>.</summary>
    public static void MoveInKernel(Ext4[] low, Ext4[] u)
    {
        u[0] += low[1] * 7;
        u[1] -= low[0] * 7;
    }
}
