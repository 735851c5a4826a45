using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>Why an answer was withheld.</summary>
/// <param name="Receipt">The logged receipt.</param>
/// <param name="Required">The policy.</param>
/// <param name="Achieved">What was known when it was decided.</param>
/// <param name="Missing">The requirements that don't hold; empty if only the time was over.</param>
/// <param name="DeadlinePassed">Whether the policy's deadline had passed.</param>
/// <param name="Peers">What came of each peer that was asked.</param>
public sealed record Shortfall(ReceiptId Receipt, PolicyDocument Required, IReadOnlyList<EvidenceFact> Achieved, IReadOnlyList<UnmetRequirement> Missing, bool DeadlinePassed, IReadOnlyList<PeerReport> Peers)
{
    /// <summary>What evidence sources say about what is missing, in sentences.</summary>
    internal IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What is missing, in a sentence: who says what, where peers were asked.</summary>
    internal string Sentence()
    {
        if (Peers.FirstOrDefault(static peer => peer.Item?.Endorsement.Finding == EndorsementFinding.Refuted) is { } refuting
            && ReplayEvidence.TryDecode(refuting.Item!.Evidence!.Value, out _) is { } evidence)
        {
            string theirs = evidence.Commitment.Outputs is { } outputs ? $"gives outputs with digest {outputs}" : "refuses these inputs";
            return $"Peer {refuting.Address.Peer} ran the model on these inputs and says that it {theirs}, committed to before it saw this node's, whose digest under the same salt is {evidence.NodeOutputs}; one of the two is wrong, and the answer is withheld. What the peer signed is in this node's log and in the receipt's bundle.";
        }

        string peers = Peers.Count == 0 ? "" : $" Of the peers, {string.Join(", ", Peers.Select(static peer => $"{peer.Address.Peer.ToString()[..16]} is {peer.Status}{(peer.Detail is null ? "" : $" ({peer.Detail})")}"))}.";
        return (DeadlinePassed ? "The policy's deadline passed before its evidence was there; the answer is withheld."
            : $"The policy isn't met: {string.Join("; ", Missing.Select(static m => $"'{PolicyNames.Id(m.Requirement.Question)}' by {PolicyNames.Ids(m.Requirement.By)} ({m.Reason})"))}; the answer is withheld.") + peers + string.Concat(Notes.Select(static note => " " + note));
    }
}
