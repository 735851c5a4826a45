namespace Assay.Programs;

/// <summary>
/// The accumulator rule: no sum before a shift leaves <c>[-A, A]</c>, so that it is one element of the proof field
/// and no second output could satisfy the same equation.
/// </summary>
public static class AccumulatorRule
{
    /// <summary>P, the KoalaBear prime 2^31 - 2^24 + 1.</summary>
    public const long Prime = 2130706433;

    /// <summary>A = (P-1)/2.</summary>
    public const long Limit = (Prime - 1) / 2;

    /// <summary>What rounding half up adds before the shift: 2^(shift-1), and 0 for shift 0.</summary>
    public static long RoundingConstant(int shift) => shift == 0 ? 0 : 1L << (shift - 1);

    /// <summary>The two limbs of a weight: <c>weight = High*256 + Low, -128 &lt;= Low &lt;= 127</c>. High reaches 128.</summary>
    public static (int High, int Low) Split(int weight)
    {
        int low = (sbyte)weight;
        return ((weight - low) / 256, low);
    }

    /// <summary>Whether one output channel keeps the rule.</summary>
    /// <param name="weights">The channel's weights.</param>
    /// <param name="maxMagnitude">Largest magnitude of the operand, by its declared range.</param>
    /// <param name="bias">The channel's bias; counts with limb 0.</param>
    /// <param name="shift">The channel's shift; its rounding constant counts with limb 0.</param>
    /// <param name="twoLimbs">Whether the layer declares two limbs.</param>
    public static bool Holds(ReadOnlySpan<int> weights, int maxMagnitude, int bias, int shift, bool twoLimbs)
    {
        WeightMagnitudes sums = default;
        foreach (int weight in weights)
        {
            sums = sums.With(weight);
        }

        return Holds(sums, maxMagnitude, bias, shift, twoLimbs);
    }

    /// <summary>As above, from the sums over the channel's weights.</summary>
    public static bool Holds(WeightMagnitudes sums, int maxMagnitude, int bias, int shift, bool twoLimbs)
    {
        long constant = Math.Abs((long)bias) + RoundingConstant(shift);
        return twoLimbs
            ? (sums.Low * maxMagnitude) + constant <= Limit && sums.High * maxMagnitude <= Limit
            : (sums.Whole * maxMagnitude) + constant <= Limit;
    }
}
