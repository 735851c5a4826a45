using Assay.Attestation;

namespace Assay.Node.Attesting;

/// <summary>What a node's attesting depends on.</summary>
/// <param name="Attester">The hardware, or the simulator.</param>
/// <param name="Policy">What the node holds itself to.</param>
/// <param name="CollateralFolder">Where the vendors' statements are; read again each time. Null: only what the hardware hands out.</param>
/// <param name="Interval">From one evidence to the next.</param>
/// <param name="Anchors">The vendors' roots: the built-in ones, but for tests.</param>
internal sealed record AttestationSettings(IAttester Attester, AttestationPolicyFile Policy, string? CollateralFolder, TimeSpan Interval, TrustAnchors Anchors)
{
    /// <summary>Evidence is renewed when half of its time is over at the latest, so that one attempt may fail.</summary>
    internal TimeSpan Renewal => Interval < Policy.Policy.MaxAge / 2 ? Interval : Policy.Policy.MaxAge / 2;
}
