namespace Assay.Testing.Attestation;

/// <summary>A certificate and its key.</summary>
/// <param name="Der">The certificate.</param>
/// <param name="Key">The subject's key pair.</param>
/// <param name="Name">The subject's Name, DER.</param>
public sealed record SyntheticCertificate(byte[] Der, SyntheticKey Key, byte[] Name);
