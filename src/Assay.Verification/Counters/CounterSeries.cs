using Assay.Primitives;

namespace Assay.Verification.Counters;

/// <summary>The receipts of one key at one node.</summary>
/// <param name="Origin">The node's name.</param>
/// <param name="Receipts">Different receipts; copies count once.</param>
/// <param name="First">The lowest counter.</param>
/// <param name="Last">The highest.</param>
/// <param name="Missing">How many numbers between what was expected first and last no receipt has.</param>
/// <param name="KeySets">The key sets under which they are signed, each with the range of its counters.</param>
public sealed record CounterSeries(
    string Origin, int Receipts, ulong First, ulong Last, ulong Missing, IReadOnlyList<(Digest32 KeySet, ulong First, ulong Last)> KeySets);
