using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>What an evidence source brought.</summary>
/// <param name="Facts">What is known by it.</param>
/// <param name="Peers">What came of each peer that was asked.</param>
internal sealed record Gathered(IReadOnlyList<EvidenceFact> Facts, IReadOnlyList<PeerReport> Peers)
{
    /// <summary>Why there isn't more, in a sentence; null if there is nothing to say.</summary>
    internal string? Note { get; init; }

    internal static readonly Gathered Nothing = new([], []);
}
