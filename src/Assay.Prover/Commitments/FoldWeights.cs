using Assay.Proofs.Fields;

namespace Assay.Prover.Commitments;

/// <summary>Weights in F as pairs of 16-bit limbs, in the order that <see cref="FoldKernel{TS, TV}"/> reads.</summary>
internal static class FoldWeights
{
    private const int LimbBits = 11;
    private const int Limbs = 12;

    /// <summary>For each two rows of 16-bit integers.</summary>
    /// <param name="weights">Of the rows; an odd one is paired with weight 0.</param>
    /// <returns>Twelve numbers for each pair.</returns>
    public static int[] OfPairs(ReadOnlySpan<Ext4> weights)
    {
        int[] limbs = new int[(weights.Length + 1) / 2 * Limbs];
        for (int i = 0; i < weights.Length; i++)
        {
            Add(limbs.AsSpan(i / 2 * Limbs, Limbs), weights[i], 16 * (i & 1));
        }

        return limbs;
    }

    /// <summary>For each row of 32-bit integers, whose halves are a pair.</summary>
    /// <param name="weights">Of the rows.</param>
    /// <returns>Twelve numbers for each row.</returns>
    public static int[] OfHalves(ReadOnlySpan<Ext4> weights)
    {
        int[] limbs = new int[weights.Length * Limbs];
        for (int i = 0; i < weights.Length; i++)
        {
            Add(limbs.AsSpan(i * Limbs, Limbs), weights[i], 0);
            Add(limbs.AsSpan(i * Limbs, Limbs), weights[i] * (1u << 16), 16);
        }

        return limbs;
    }

    private static void Add(Span<int> limbs, Ext4 weight, int shift)
    {
        Add(limbs, weight.C0, shift);
        Add(limbs[3..], weight.C1, shift);
        Add(limbs[6..], weight.C2, shift);
        Add(limbs[9..], weight.C3, shift);
    }

    private static void Add(Span<int> limbs, uint coefficient, int shift)
    {
        int rest = coefficient > KoalaBear.P / 2 ? (int)(coefficient - KoalaBear.P) : (int)coefficient;
        for (int i = 0; i < 3; i++)
        {
            // Between -2^10 and 2^10 - 1; the last at most 2^8 + 1 in magnitude.
            int limb = i == 2 ? rest : ((rest + (1 << (LimbBits - 1))) & ((1 << LimbBits) - 1)) - (1 << (LimbBits - 1));
            limbs[i] |= (limb & 0xffff) << shift;
            rest = (rest - limb) >> LimbBits;
        }
    }
}
