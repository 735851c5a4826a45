using Assay.Primitives;

namespace Assay.Verification.Counters;

/// <summary>
/// Holds the receipts of one API key against each other: a node numbers them 1, 2, 3… without gaps, and in the order of its
/// log. Pure; the order of the input doesn't matter.
/// </summary>
public static class CounterWatch
{
    /// <summary>Looks for gaps, duplicates, wrong order and several key sets, for each node on its own.</summary>
    /// <param name="sightings">The receipts; copies of one are counted once.</param>
    /// <param name="from">The first counter that the caller should have, at least 1.</param>
    /// <param name="last">The last counter that each node should have given, by its origin; for others the highest one seen.</param>
    public static CounterReport Examine(IReadOnlyCollection<CounterSighting> sightings, ulong from = 1, IReadOnlyDictionary<string, ulong>? last = null)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        ArgumentOutOfRangeException.ThrowIfZero(from);
        List<CounterSeries> series = [];
        List<CounterFinding> findings = [];
        foreach (string origin in sightings.Select(static s => s.Origin).Union(last?.Keys ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            // Of copies, one that proves its place in the log.
            CounterSighting[] sorted = [.. sightings
                .Where(s => s.Origin == origin)
                .OrderBy(static s => s.LogIndex is null)
                .DistinctBy(static s => s.Digest)
                .OrderBy(static s => s.Counter)
                .ThenBy(static s => s.Digest, Comparer<Digest32>.Create(static (a, b) => Digest32.Compare(a, b)))];
            ulong? end = last is not null && last.TryGetValue(origin, out ulong told) ? told : null;
            (Digest32 KeySet, ulong First, ulong Last)[] keySets = KeySets(sorted);
            List<CounterFinding> found = [];
            Duplicates(origin, sorted, found);
            Order(origin, sorted, found);
            Beyond(origin, sorted, end, found);
            KeySetsOf(origin, keySets, found);
            ulong missing = Missing(origin, sorted, from, end, found);
            Unlogged(origin, sorted, found);
            findings.AddRange(found.OrderByDescending(static f => f.Weight));
            series.Add(new CounterSeries(origin, sorted.Length, sorted.Length == 0 ? 0 : sorted[0].Counter, sorted.Length == 0 ? 0 : sorted[^1].Counter, missing, keySets));
        }

        return new CounterReport { Series = series, Findings = findings };
    }

    // Anybody can name a key set after somebody else's node. Under one key set it is the same signer that contradicts itself.
    private static void Duplicates(string origin, CounterSighting[] sorted, List<CounterFinding> findings)
    {
        foreach (IGrouping<ulong, CounterSighting> group in sorted.GroupBy(static s => s.Counter).Where(static g => g.Skip(1).Any()))
        {
            CounterSighting[] pair = [.. group.GroupBy(static s => s.KeySet).FirstOrDefault(static g => g.Skip(1).Any()) ?? group.AsEnumerable()];
            bool isOneSigner = pair[0].KeySet == pair[1].KeySet;
            findings.Add(new CounterFinding(CounterErrors.Duplicate, origin, isOneSigner ? CounterWeight.Evidence : CounterWeight.Gap, group.Key, group.Key, pair,
                $"counter {group.Key} was given {pair.Length} times: receipts {string.Join(", ", pair.Select(static s => s.Digest.ToString()))}"
                + (isOneSigner ? "" : "; they are signed under different key sets, so it takes a trust file to say whose doing that is")));
        }
    }

    private static void Order(string origin, CounterSighting[] sorted, List<CounterFinding> findings)
    {
        CounterSighting? highest = null;
        foreach (CounterSighting sighting in sorted.Where(static s => s.LogIndex is not null))
        {
            if (highest is not null && highest.Counter < sighting.Counter && highest.LogIndex >= sighting.LogIndex)
            {
                findings.Add(new CounterFinding(CounterErrors.OutOfOrder, origin, highest.KeySet == sighting.KeySet ? CounterWeight.Evidence : CounterWeight.Gap, highest.Counter, sighting.Counter, [highest, sighting],
                    $"counter {sighting.Counter} is entry {sighting.LogIndex} of the log, but counter {highest.Counter}, which is lower, is entry {highest.LogIndex}"));
            }

            highest = highest is null || sighting.LogIndex > highest.LogIndex ? sighting : highest;
        }
    }

    private static void Beyond(string origin, CounterSighting[] sorted, ulong? end, List<CounterFinding> findings)
    {
        if (sorted.Length > 0 && sorted[^1].Counter > end)
        {
            findings.Add(new CounterFinding(CounterErrors.BeyondLast, origin, CounterWeight.Gap, end.Value, sorted[^1].Counter, [sorted[^1]],
                $"the node says that {end} is the last counter of this key, but it signed {sorted[^1].Counter}: its word and its signature contradict each other"));
        }
    }

    private static (Digest32 KeySet, ulong First, ulong Last)[] KeySets(CounterSighting[] sorted) =>
        [.. sorted.GroupBy(static s => s.KeySet).Select(static g => (g.Key, First: g.Min(static s => s.Counter), Last: g.Max(static s => s.Counter))).OrderBy(static k => k.First)];

    // A rotation is one step from one set to the next; going back and forth isn't.
    private static void KeySetsOf(string origin, (Digest32 KeySet, ulong First, ulong Last)[] sets, List<CounterFinding> findings)
    {
        if (sets.Length < 2)
        {
            return;
        }

        bool areApart = sets.Zip(sets.Skip(1)).All(static pair => pair.First.Last < pair.Second.First);
        findings.Add(new CounterFinding(CounterErrors.KeySets, origin, areApart ? CounterWeight.Note : CounterWeight.Gap, sets[0].First, sets.Max(static s => s.Last), [],
            (areApart ? "signed under several key sets, one after the other, as after a rotation: " : "signed under several key sets in turn, which a rotation doesn't explain: ")
            + string.Join(", ", sets.Select(static s => $"{s.KeySet} ({s.First} to {s.Last})"))));
    }

    private static ulong Missing(string origin, CounterSighting[] sorted, ulong from, ulong? end, List<CounterFinding> findings)
    {
        ulong until = Math.Max(end ?? 0, sorted.Length == 0 ? 0 : sorted[^1].Counter);
        ulong next = from;
        ulong missing = 0;
        int ranges = 0;
        void Gap(ulong first, ulong last)
        {
            missing += last - first + 1;
            if (++ranges <= CounterReport.MaximumRanges)
            {
                findings.Add(new CounterFinding(CounterErrors.Missing, origin, CounterWeight.Gap, first, last, [],
                    first == last ? $"no receipt here has counter {first}" : $"no receipt here has a counter from {first} to {last}"));
            }
        }

        foreach (CounterSighting sighting in sorted)
        {
            if (sighting.Counter > next)
            {
                Gap(next, sighting.Counter - 1);
            }

            // The highest counter has no successor.
            if (sighting.Counter >= next)
            {
                next = sighting.Counter == ulong.MaxValue ? sighting.Counter : sighting.Counter + 1;
            }
        }

        if (next <= until && (sorted.Length == 0 || sorted[^1].Counter < until))
        {
            Gap(next, until);
        }

        return missing;
    }

    private static void Unlogged(string origin, CounterSighting[] sorted, List<CounterFinding> findings)
    {
        CounterSighting[] unlogged = [.. sorted.Where(static s => s.LogIndex is null)];
        if (unlogged.Length > 0)
        {
            findings.Add(new CounterFinding(CounterErrors.Unlogged, origin, CounterWeight.Gap, unlogged[0].Counter, unlogged[^1].Counter, unlogged,
                $"{unlogged.Length} receipts here prove no place in the log (fetched before a checkpoint covered them, or never logged): fetch them again"));
        }
    }
}
