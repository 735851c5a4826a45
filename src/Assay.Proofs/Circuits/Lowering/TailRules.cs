using System.Collections.Immutable;
using Assay.Proofs.Keys;

namespace Assay.Proofs.Circuits;

/// <summary>What a choice must keep: it fits its operation, its tables aren't too long, and no other number is congruent to what it
/// stands for (spec/proof-system.md, section 5.2).</summary>
internal static class TailRules
{
    /// <summary>A table of slices has three times 2^c rows.</summary>
    private const int MostLowBits = 20;

    /// <summary>Null if a choice keeps them.</summary>
    public static (string Code, string Message)? Check(TailQuestion question, TailChoice choice)
    {
        if (Refusal(question, choice) is { } refusal)
        {
            return (ProofErrorCodes.Choice, refusal);
        }

        if (TooLong(question, choice) is { } tooLong)
        {
            return (ProofErrorCodes.Limit, tooLong);
        }

        for (int channel = 0; channel < Math.Max(question.Shifts.Length, Lists(choice)); channel++)
        {
            int shiftIndex = question.Shifts.Length == 1 ? 0 : channel;
            if (!Interval.Determine(question.TotalAt(shiftIndex), Stood(question, choice, channel, question.Shifts[shiftIndex])))
            {
                return (
                    ProofErrorCodes.Bounds,
                    $"results of {question.Result.Lo}..{question.Result.Hi} and a shift of {question.Shifts[shiftIndex]} span more than the "
                    + "field's 2^30.99 integers; a narrower range or a smaller shift would do");
            }
        }

        return null;
    }

    /// <summary>All that <c>2^s*U</c> and a remainder can be.</summary>
    private static Interval Stood(TailQuestion question, TailChoice choice, int channel, int shift)
    {
        Int128 lo = question.Result.Lo;
        Int128 end = (Int128)question.Result.Hi + 1;
        switch (choice)
        {
            case TailChoice.Direct direct:
                lo -= At(direct.Before, channel);
                end += At(direct.After, channel);
                break;
            case TailChoice.Split split:
                end = lo + (((Int128)At(split.Highest, channel) + 1) << split.LowBits);
                lo += (Int128)At(split.Lowest, channel) << split.LowBits;
                break;
        }

        return new(lo << shift, (end << shift) - 1);
    }

    private static string? Refusal(TailQuestion question, TailChoice choice)
    {
        long width = question.Result.Hi - question.Result.Lo;
        switch (choice)
        {
            case TailChoice.Plain:
                return null;
            case TailChoice.Direct direct:
                return Lengths(question, direct.Before.Length, direct.After.Length) ?? Each(
                    direct.Before, direct.After, (before, after) => before >= 0 && after >= 0, "numbers of values are 0 or more");
            case TailChoice.Split split:
                return Lengths(question, split.Lowest.Length, split.Highest.Length)
                    ?? (split.LowBits < 0 || (split.LowBits <= MostLowBits && 1L << split.LowBits <= width)
                        ? $"{split.LowBits} low bits for a range of {width + 1}; more, up to {MostLowBits}, would do"
                        : null)
                    ?? Each(split.Lowest, split.Highest, (lowest, highest) => lowest <= highest, "a table of high parts would be empty");
            default:
                return "results are requantised, but no form is chosen; plain, direct or split would do";
        }
    }

    /// <summary>Of a choice that fits: tables beyond the limit.</summary>
    private static string? TooLong(TailQuestion question, TailChoice choice)
    {
        long width = question.Result.Hi - question.Result.Lo;
        return choice switch
        {
            TailChoice.Direct direct => Each(
                direct.Before,
                direct.After,
                (before, after) => before + width + 1 + after <= CircuitLimits.TableRows,
                "a table of values before the clamp would be too long; the split form would do"),
            TailChoice.Split { LowBits: > MostLowBits } split => $"{split.LowBits} low bits; up to {MostLowBits} would do",
            TailChoice.Split split => Each(
                split.Lowest,
                split.Highest,
                (lowest, highest) => highest - lowest < CircuitLimits.TableRows,
                "a table of high parts would be too long; more low bits would do"),
            _ => null,
        };
    }

    private static string? Lengths(TailQuestion question, int first, int second) =>
        first == second && (first == 1 || (question.ChannelAxis >= 0 && first == question.Dims[question.ChannelAxis]))
            ? null
            : $"lists of {first} and {second} numbers; one, or one per output channel, would do";

    private static string? Each(ImmutableArray<int> first, ImmutableArray<int> second, Func<long, long, bool> holds, string refusal)
    {
        for (int i = 0; i < first.Length; i++)
        {
            if (!holds(first[i], second[i]))
            {
                return refusal;
            }
        }

        return null;
    }

    private static int Lists(TailChoice choice) => choice switch
    {
        TailChoice.Direct direct => direct.Before.Length,
        TailChoice.Split split => split.Lowest.Length,
        _ => 1,
    };

    private static int At(ImmutableArray<int> list, int channel) => list[list.Length == 1 ? 0 : channel];
}
