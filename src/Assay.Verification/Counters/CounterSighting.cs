using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Counters;

/// <summary>One receipt that a caller holds, as far as its counter goes. What it says is signed; see <see cref="CounterSightings"/>.</summary>
/// <param name="Source">Where it came from, for people: a file's name or an id.</param>
/// <param name="Origin">The node's name, from the key set.</param>
/// <param name="KeySet">Digest of the key set under which it is signed.</param>
/// <param name="Counter">The signed counter.</param>
/// <param name="Digest">The receipt's digest.</param>
/// <param name="Id">The receipt's id.</param>
/// <param name="LogIndex">Its place in the log if the bundle proves one; null otherwise.</param>
/// <param name="Bundle">The bundle, for evidence.</param>
public sealed record CounterSighting(string Source, string Origin, Digest32 KeySet, ulong Counter, Digest32 Digest, ReceiptId Id, ulong? LogIndex, Bundle Bundle);
