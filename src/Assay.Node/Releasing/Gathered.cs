using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>What an evidence source brought.</summary>
/// <param name="Facts">What is known by it.</param>
/// <param name="Peers">What came of each peer that was asked.</param>
internal sealed record Gathered(IReadOnlyList<EvidenceFact> Facts, IReadOnlyList<PeerReport> Peers)
{
    internal static readonly Gathered Nothing = new([], []);
}
