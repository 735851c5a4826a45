using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What comes of a device's report.</summary>
/// <param name="Steps">Parse, signature, chain, revocation, signer, freshness.</param>
/// <param name="Report">What it says; null if it can't be read.</param>
public sealed record DeviceAppraisal(ImmutableArray<AppraisalStep> Steps, SpdmReport? Report);
