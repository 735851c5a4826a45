using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>One receipt, brought before peers: what has come so far, and what it comes to. Not safe for concurrent use.</summary>
/// <param name="policy">What is wanted.</param>
/// <param name="known">What was said about the receipt before, by peers that count here.</param>
internal sealed class PeerRound(PolicyDocument policy, IEnumerable<Endorsement> known)
{
    private readonly HashSet<Digest32> _established = [.. known.Where(static e => e.Finding == EndorsementFinding.Established).Select(static e => e.Issuer.Thumbprint())];
    private readonly List<PeerReport> _reports = [];

    /// <summary>Whether one says that it isn't so. That outweighs everything.</summary>
    internal bool IsRefuted { get; private set; } = known.Any(static e => e.Finding == EndorsementFinding.Refuted);

    /// <summary>Whether enough say that it is so.</summary>
    internal bool IsMet => !IsRefuted && PeerNeeds.AreMet(policy, _established);

    /// <summary>What came of each that was asked.</summary>
    internal IReadOnlyList<PeerReport> Reports => _reports;

    internal IReadOnlyList<EvidenceFact> Facts => PeerNeeds.Facts(_established, IsRefuted);

    internal void Add(PeerReport report)
    {
        _reports.Add(report);
        if (report.Item?.Endorsement is { } endorsement)
        {
            IsRefuted |= endorsement.Finding == EndorsementFinding.Refuted;
            if (endorsement.Finding == EndorsementFinding.Established)
            {
                _established.Add(endorsement.Issuer.Thumbprint());
            }
        }
    }
}
