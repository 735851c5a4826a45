namespace Assay.Attestation;

/// <summary>Everything that an appraisal depends on. Nothing else is looked at: no file, no network, no clock.</summary>
public sealed record AppraisalInput
{
    /// <summary>The evidence.</summary>
    public required AttestationEvidence Evidence { get; init; }

    /// <summary>The appraiser's own policies, and signed ones whose issuers it believes. Evidence is accepted if one of them accepts it.</summary>
    public required IReadOnlyList<AttestationPolicy> Policies { get; init; }

    /// <summary>The clocks.</summary>
    public required AppraisalTimes Times { get; init; }

    /// <summary>Collateral from everywhere: the evidence's sender, and the appraiser's own.</summary>
    public CollateralSet Collateral { get; init; } = CollateralSet.Empty;

    /// <summary>Words about where platforms stand, by those whom the appraiser believes.</summary>
    public IReadOnlyList<PlatformEndorsement> PlatformEndorsements { get; init; } = [];

    /// <summary>The vendors' roots.</summary>
    public TrustAnchors Anchors { get; init; } = TrustAnchors.BuiltIn;

    /// <summary>What the binding must be about.</summary>
    public BindingExpectation Expected { get; init; } = BindingExpectation.Any;
}
