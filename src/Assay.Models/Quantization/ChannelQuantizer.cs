using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>
/// Integers of one output channel. A weight w (in units of the operand's scale) becomes round(w * 2^s / scaleOut), so that
/// the shift by s alone brings the sum to the result's scale: no multiplier, no second rounding.
/// </summary>
internal static class ChannelQuantizer
{
    /// <summary>The integers of a channel for one shift.</summary>
    public readonly record struct Channel(int[] Weights, int Bias, int Shift);

    /// <summary>The largest shift at which the weights fit their bits and nothing else is asked; -1 if none does.</summary>
    public static int LargestShift(ReadOnlySpan<double> weights, double scaleOut, int weightBits)
    {
        double largest = 0;
        foreach (double weight in weights)
        {
            largest = Math.Max(largest, Math.Abs(weight));
        }

        int limit = (1 << (weightBits - 1)) - 1;
        int shift = ProgramLimits.Shift;
        while (shift >= 0 && !(Math.Round(Math.ScaleB(largest / scaleOut, shift)) <= limit))
        {
            shift--;
        }

        return shift;
    }

    /// <summary>The channel at the largest shift, from <paramref name="from"/> down, that keeps the accumulator rule; null if none does.</summary>
    public static Channel? Quantize(
        ReadOnlySpan<double> weights, double bias, double scaleOut, int from, int maxMagnitude, bool twoLimbs)
    {
        int[] integers = new int[weights.Length];
        for (int shift = from; shift >= 0; shift--)
        {
            double scaledBias = Math.Round(Math.ScaleB(bias / scaleOut, shift));
            if (!(Math.Abs(scaledBias) <= AccumulatorRule.Limit))
            {
                continue;
            }

            for (int i = 0; i < integers.Length; i++)
            {
                integers[i] = (int)Math.Round(Math.ScaleB(weights[i] / scaleOut, shift));
            }

            if (AccumulatorRule.Holds(integers, maxMagnitude, (int)scaledBias, shift, twoLimbs))
            {
                return new Channel(integers, (int)scaledBias, shift);
            }
        }

        return null;
    }
}
