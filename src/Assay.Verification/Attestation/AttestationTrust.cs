using Assay.Attestation;

namespace Assay.Verification;

/// <summary>
/// What a verifier brings itself to appraise attested hardware: what it demands, and what it has heard from the vendors. Whose signed
/// policies and words about platforms count, the trust file says.
/// </summary>
public sealed record AttestationTrust
{
    /// <summary>Nothing of its own: evidence counts only by signed policies whose issuers the trust file names.</summary>
    public static AttestationTrust None { get; } = new();

    /// <summary>The verifier's own policies. They need no signature.</summary>
    public IReadOnlyList<AttestationPolicy> Policies { get; init; } = [];

    /// <summary>Signed policies besides those that come with a receipt.</summary>
    public IReadOnlyList<SignedAttestationPolicy> SignedPolicies { get; init; } = [];

    /// <summary>Collateral besides that which comes with a receipt: newer one can turn a platform out of date.</summary>
    public CollateralSet Collateral { get; init; } = CollateralSet.Empty;

    /// <summary>Words about who holds machines, besides those that come with a receipt.</summary>
    public IReadOnlyList<PlatformEndorsement> PlatformEndorsements { get; init; } = [];

    /// <summary>The vendors' roots.</summary>
    public TrustAnchors Anchors { get; init; } = TrustAnchors.BuiltIn;
}
