using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What a verifier of a vendor's format makes of evidence.</summary>
/// <param name="Steps">The steps of the format, in order.</param>
/// <param name="Facts">What it says; null if it can't be read.</param>
public sealed record EvidenceReport(ImmutableArray<AppraisalStep> Steps, EvidenceFacts? Facts);
