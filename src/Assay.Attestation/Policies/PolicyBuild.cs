using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>A build that a policy knows by its measurements.</summary>
/// <param name="Name">What the policy's author calls it: 1 to 200 printable ASCII characters without <c>"</c> and <c>\</c>.</param>
/// <param name="Type">The type of evidence that has such registers.</param>
/// <param name="Measurements">The pinned registers, sorted by name; every one of them must be in the evidence, and equal.</param>
/// <param name="IsvSvn">SGX pinned by signer: the enclave's least security version; else null.</param>
public sealed record PolicyBuild(string Name, EvidenceType Type, ImmutableArray<Measurement> Measurements, uint? IsvSvn);
