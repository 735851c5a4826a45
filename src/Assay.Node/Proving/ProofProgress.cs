namespace Assay.Node.Proving;

/// <summary>What a caller is told about the proof of its receipt.</summary>
/// <param name="State">How far it is.</param>
/// <param name="Ahead">Receipts whose proofs come first; 0 where it isn't queued.</param>
/// <param name="ExpectedMilliseconds">How long until it is there, by the node's forecast; null where nothing is under way.</param>
/// <param name="Error">Why there can't be one; null unless it failed.</param>
internal readonly record struct ProofProgress(ProofState State, int Ahead, double? ExpectedMilliseconds, string? Error)
{
    /// <summary>The state in the node's answers.</summary>
    internal string Name => State switch
    {
        ProofState.Queued => "queued",
        ProofState.Proving => "proving",
        ProofState.Done => "done",
        ProofState.Failed => "failed",
        _ => "none",
    };
}
