using Assay.Primitives.Notes;

namespace Assay.Witness;

/// <summary>What comes of a request.</summary>
/// <param name="Reply">The answer; may leave only after <paramref name="Next"/> and <paramref name="Fork"/> are durable.</param>
/// <param name="Next">The log's new state; null if nothing changed.</param>
/// <param name="Fork">A proof to publish, or null.</param>
internal sealed record WitnessDecision(WitnessReply Reply, WitnessedLog? Next = null, ForkProof? Fork = null);
