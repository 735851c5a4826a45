using Assay.Client;
using Assay.Receipts;

namespace Assay.Node.Releasing;

/// <summary>What came of asking a peer, as callers are told.</summary>
/// <param name="Address">The peer.</param>
/// <param name="Status">A status of <see cref="PeerAnswer"/>; <c>not-kept</c>: it answered, and that can't be made durable; <c>pending</c>: it was decided without it.</param>
/// <param name="Detail">A stable code; null where there is nothing to say.</param>
/// <param name="Item">What it gave, signed by it, and durable in the node's log.</param>
public sealed record PeerReport(PeerAddress Address, string Status, string? Detail, AttachedEndorsement? Item)
{
    internal static PeerReport Of(PeerAnswer answer) => new(answer.Address, PeerAnswer.Id(answer.Status), answer.Detail, answer.Item);

    internal static PeerReport NotKept(PeerAddress address) => new(address, "not-kept", "peer/not-kept", null);

    internal static PeerReport Late(PeerAddress address) => new(address, PeerAnswer.Id(PeerStatus.Late), PeerErrors.Late, null);

    internal static PeerReport Pending(PeerAddress address) => new(address, "pending", null, null);
}
