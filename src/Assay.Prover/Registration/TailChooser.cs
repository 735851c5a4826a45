using System.Collections.Immutable;
using System.Numerics;
using Assay.Proofs.Circuits;
using Assay.Proofs.Keys;

namespace Assay.Prover.Registration;

/// <summary>The cheapest form of each requantisation that holds all of its channels' results. Goes through a program's operations in
/// order: tables that an earlier one has cost nothing.</summary>
internal sealed class TailChooser
{
    private readonly HashSet<ProofTable> _known = [];

    /// <summary>The choice; null if none keeps the rules.</summary>
    /// <param name="results">For each shift the least and the greatest result before the clamp.</param>
    public TailChoice? Choose(TailQuestion question, ImmutableArray<(long Least, long Greatest)> results)
    {
        int lo = question.Result.Lo;
        int hi = question.Result.Hi;
        long[] before = [.. results.Select(result => Math.Max(0, lo - result.Least))];
        long[] after = [.. results.Select(result => Math.Max(0, result.Greatest - hi))];
        TailChoice.Plain plain = new();
        if (before.Max() == 0 && after.Max() == 0)
        {
            return question.Admits(plain) ? plain : null;
        }

        TailChoice? best = null;
        long least = long.MaxValue;
        foreach (TailChoice choice in Direct(question, before, after).Concat(Split(results, lo, hi - lo)))
        {
            // A split form has one lookup and two numbers more for each element.
            long cost = Tables(choice, hi - lo).Distinct().Where(table => !_known.Contains(table)).Sum(table => (long)table.Rows)
                + (choice is TailChoice.Split ? 2 * question.Elements : 0);
            if (cost < least && question.Admits(choice))
            {
                (least, best) = (cost, choice);
            }
        }

        _known.UnionWith(best is null ? [] : Tables(best, hi - lo));
        return best;
    }

    private static IEnumerable<ProofTable> Tables(TailChoice choice, int width) => choice switch
    {
        TailChoice.Direct direct => direct.Before.Zip(direct.After, (before, after) => new ClampTable(before, width, after)),
        TailChoice.Split split =>
            [.. split.Lowest.Zip(split.Highest, (lowest, highest) => new ClassTable(lowest, highest)), new SlicesTable(split.LowBits, width)],
        _ => [],
    };

    /// <summary>A table that is there already; one for all channels, of rounded lengths so that later operations have it too; or as little
    /// as each channel needs.</summary>
    private List<TailChoice> Direct(TailQuestion question, long[] before, long[] after)
    {
        if (before.Max() + after.Max() > CircuitLimits.TableRows / 4)
        {
            return [];
        }

        int width = question.Result.Hi - question.Result.Lo;
        ImmutableArray<int> exactBefore = [.. before.Select(n => (int)n)];
        ImmutableArray<int> exactAfter = [.. after.Select(n => (int)n)];
        (int mostBefore, int mostAfter) = (exactBefore.Max(), exactAfter.Max());
        List<TailChoice> choices =
        [
            .. _known.OfType<ClampTable>()
                .Where(table => table.Width == width && table.Before >= mostBefore && table.After >= mostAfter)
                .Select(table => new TailChoice.Direct([table.Before], [table.After])),
            new TailChoice.Direct([Rounded(mostBefore)], [Rounded(mostAfter)]),
            new TailChoice.Direct([mostBefore], [mostAfter]),
        ];
        if (exactBefore.Length > 1)
        {
            // Channels of one shift have the same room, so they may share the longest of their tables.
            choices.Add(PerChannel(question, Longest(question, exactBefore), Longest(question, exactAfter)));
            choices.Add(PerChannel(question, exactBefore, exactAfter));
        }

        return choices;
    }

    /// <summary>For each channel the greatest number among those of its shift.</summary>
    private static ImmutableArray<int> Longest(TailQuestion question, ImmutableArray<int> numbers)
    {
        Dictionary<int, int> longest = [];
        for (int channel = 0; channel < numbers.Length; channel++)
        {
            longest[question.Shifts[channel]] = Math.Max(longest.GetValueOrDefault(question.Shifts[channel]), numbers[channel]);
        }

        return [.. question.Shifts.Select(shift => longest[shift])];
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

    /// <summary>All numbers of low bits: fewer reach less far beyond the results, more make the table of high parts shorter.</summary>
    private static IEnumerable<TailChoice> Split(ImmutableArray<(long Least, long Greatest)> results, int lo, int width)
    {
        for (int bits = Bits.Ceiling(width + 1); bits <= 20; bits++)
        {
            ImmutableArray<int> lowest = [.. results.Select(result => (int)((result.Least - lo) >> bits))];
            ImmutableArray<int> highest = [.. results.Select(result => (int)((result.Greatest - lo) >> bits))];
            yield return new TailChoice.Split(bits, [lowest.Min()], [highest.Max()]);
            if (lowest.Length > 1)
            {
                yield return new TailChoice.Split(bits, lowest, highest);
            }
        }
    }

    private static int Rounded(int length) => length == 0 ? 0 : (int)BitOperations.RoundUpToPowerOf2((uint)length);
}
