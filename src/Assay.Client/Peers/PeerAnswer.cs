using Assay.Receipts;

namespace Assay.Client;

/// <summary>What came of asking one peer about one receipt.</summary>
/// <param name="Address">The peer.</param>
/// <param name="Status">In a word.</param>
/// <param name="Detail">A stable code (<see cref="PeerErrors"/>), unless it established or refuted.</param>
/// <param name="Item">What it gave, where it established or refuted: checked, and ready for a bundle.</param>
public sealed record PeerAnswer(PeerAddress Address, PeerStatus Status, string? Detail, AttachedEndorsement? Item)
{
    /// <summary>The stable id of a status, for example <c>refuted</c>.</summary>
    public static string Id(PeerStatus status) => status switch
    {
        PeerStatus.Established => "established",
        PeerStatus.Refuted => "refuted",
        PeerStatus.Late => "late",
        PeerStatus.Unreachable => "unreachable",
        PeerStatus.Refused => "refused",
        PeerStatus.Worthless => "worthless",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
