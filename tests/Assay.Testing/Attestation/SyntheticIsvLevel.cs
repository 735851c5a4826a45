namespace Assay.Testing.Attestation;

/// <summary>A level of a synthetic TDX module or quoting enclave.</summary>
public sealed record SyntheticIsvLevel(int IsvSvn, string Status, params string[] Advisories);
