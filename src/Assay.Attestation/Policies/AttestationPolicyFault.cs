namespace Assay.Attestation;

/// <summary>Why a text isn't an attestation policy.</summary>
/// <param name="Code">One of <see cref="AttestationPolicyErrors"/>.</param>
/// <param name="Path">The member at fault, as in <c>/builds/0/measurements/pcr0</c>; empty for the whole document.</param>
public sealed record AttestationPolicyFault(string Code, string Path);
