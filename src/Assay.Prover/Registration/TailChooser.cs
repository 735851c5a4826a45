using System.Collections.Immutable;
using System.Numerics;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;

namespace Assay.Prover.Registration;

/// <summary>The cheapest form of one requantisation that holds all of its channels' results.</summary>
internal static class TailChooser
{
    /// <summary>The choice; null if none keeps the rules.</summary>
    /// <param name="results">For each shift the least and the greatest result before the clamp.</param>
    public static TailChoice? Choose(TailQuestion question, ImmutableArray<(long Least, long Greatest)> results)
    {
        int lo = question.Result.Lo;
        int width = question.Result.Hi - lo;
        long[] before = [.. results.Select(result => Math.Max(0, lo - result.Least))];
        long[] after = [.. results.Select(result => Math.Max(0, result.Greatest - question.Result.Hi))];
        if (before.Max() == 0 && after.Max() == 0)
        {
            return Admitted(question, new TailChoice.Plain());
        }

        // A split form has one lookup more for each element and tables that depend on their number's square root.
        int span = Bits.Ceiling(results.Max(result => result.Greatest) - results.Min(result => result.Least) + 1);
        int lowBits = Math.Max(Bits.Ceiling(width + 1), (span + 1) / 2);
        List<TailChoice> direct = Direct(question, before, after);
        List<TailChoice> split = Split(results, lo, Bits.Ceiling(width + 1), Math.Min(lowBits, 20));
        bool directFirst = direct.Count > 0 && Rows(direct[0], width) <= (3L << lowBits) + (2 * question.Elements);
        IEnumerable<TailChoice> inOrder = directFirst ? direct.Concat(split) : split.Concat(direct);
        return inOrder.Select(choice => Admitted(question, choice)).FirstOrDefault(choice => choice is not null);
    }

    /// <summary>One table for all channels, of rounded lengths so that other operations have it too; or as little as each channel needs.</summary>
    private static List<TailChoice> Direct(TailQuestion question, long[] before, long[] after)
    {
        List<TailChoice> choices = [];
        if (before.Max() + after.Max() > CircuitLimits.TableRows / 4)
        {
            return choices;
        }

        ImmutableArray<int> exactBefore = [.. before.Select(n => (int)n)];
        ImmutableArray<int> exactAfter = [.. after.Select(n => (int)n)];
        choices.Add(new TailChoice.Direct([Rounded(exactBefore.Max())], [Rounded(exactAfter.Max())]));
        choices.Add(new TailChoice.Direct([exactBefore.Max()], [exactAfter.Max()]));
        if (exactBefore.Length > 1)
        {
            choices.Add(PerChannel(question, exactBefore, exactAfter));
        }

        return choices.FindIndex(choice => question.Admits(choice)) is int first and > 0 ? choices[first..] : choices;
    }

    /// <summary>Rounded where a channel's shift leaves room, else exact.</summary>
    private static TailChoice.Direct PerChannel(TailQuestion question, ImmutableArray<int> before, ImmutableArray<int> after)
    {
        int[] roundedBefore = [.. before];
        int[] roundedAfter = [.. after];
        for (int channel = 0; channel < before.Length; channel++)
        {
            TailQuestion one = question with { Shifts = [question.Shifts[channel]] };
            if (one.Admits(new TailChoice.Direct([Rounded(before[channel])], [after[channel]])))
            {
                roundedBefore[channel] = Rounded(before[channel]);
            }

            if (one.Admits(new TailChoice.Direct([roundedBefore[channel]], [Rounded(after[channel])])))
            {
                roundedAfter[channel] = Rounded(after[channel]);
            }
        }

        return new([.. roundedBefore], [.. roundedAfter]);
    }

    private static List<TailChoice> Split(ImmutableArray<(long Least, long Greatest)> results, int lo, int least, int lowBits)
    {
        // As asked; then fewer low bits, whose steps reach less far beyond the results; more where a table of high parts would be too long.
        List<TailChoice> choices = [];
        foreach (int bits in Enumerable.Range(least, lowBits - least + 1).Reverse().Concat(Enumerable.Range(lowBits + 1, Math.Max(0, 20 - lowBits))))
        {
            ImmutableArray<int> lowest = [.. results.Select(result => (int)((result.Least - lo) >> bits))];
            ImmutableArray<int> highest = [.. results.Select(result => (int)((result.Greatest - lo) >> bits))];
            choices.Add(new TailChoice.Split(bits, [lowest.Min()], [highest.Max()]));
            if (lowest.Length > 1)
            {
                choices.Add(new TailChoice.Split(bits, lowest, highest));
            }
        }

        return choices;
    }

    private static long Rows(TailChoice choice, int width)
    {
        TailChoice.Direct direct = (TailChoice.Direct)choice;
        return direct.Before.Zip(direct.After).Distinct().Sum(pair => (long)pair.First + width + 1 + pair.Second);
    }

    private static TailChoice? Admitted(TailQuestion question, TailChoice choice) => question.Admits(choice) ? choice : null;

    private static int Rounded(int length) => length == 0 ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)length);
}
