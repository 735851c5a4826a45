namespace Assay.Verification.Counters;

/// <summary>What the counters of one key come to.</summary>
public sealed record CounterReport
{
    /// <summary>Most ranges of missing counters that are listed for one node; there may be as many as receipts.</summary>
    public const int MaximumRanges = 1000;

    /// <summary>Per node: how many different receipts, and from which counter to which.</summary>
    public required IReadOnlyList<CounterSeries> Series { get; init; }

    /// <summary>All findings, by node, the weightiest first.</summary>
    public required IReadOnlyList<CounterFinding> Findings { get; init; }

    /// <summary>Whether signed statements contradict each other.</summary>
    public bool HasEvidence => Findings.Any(static f => f.Weight == CounterWeight.Evidence);

    /// <summary>Whether something is missing.</summary>
    public bool HasGaps => Findings.Any(static f => f.Weight == CounterWeight.Gap);
}
