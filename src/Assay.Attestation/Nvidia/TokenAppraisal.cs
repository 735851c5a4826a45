using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>What comes of a token of NVIDIA's attestation service: somebody else's verdict about devices, for what it is worth.</summary>
/// <param name="Steps">Parse, signature, binding (of the devices' parts to the signed one), freshness.</param>
/// <param name="Devices">Names of the devices whose parts are there.</param>
public sealed record TokenAppraisal(ImmutableArray<AppraisalStep> Steps, ImmutableArray<string> Devices);
