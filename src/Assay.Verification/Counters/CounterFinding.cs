namespace Assay.Verification.Counters;

/// <summary>Something about the counters of one key at one node.</summary>
/// <param name="Code">One of <see cref="CounterErrors"/>.</param>
/// <param name="Origin">The node's name.</param>
/// <param name="Weight">What it means.</param>
/// <param name="First">The first counter that it is about.</param>
/// <param name="Last">The last one.</param>
/// <param name="Sightings">The receipts that it is about, for those findings that are about receipts.</param>
/// <param name="Sentence">In plain words.</param>
public sealed record CounterFinding(
    string Code, string Origin, CounterWeight Weight, ulong First, ulong Last, IReadOnlyList<CounterSighting> Sightings, string Sentence);
