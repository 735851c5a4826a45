namespace Assay.Attestation.Tests;

/// <summary>Shapes of the vendors' chains, as the differential tests need them.</summary>
internal static class RealChains
{
    private static readonly CertificateRole P384Ca = new() { IsCa = true, SignedWith = SignatureAlgorithm.EcdsaP384, Key = PublicKeyKind.P384 };
    private static readonly CertificateRole P256Ca = new() { IsCa = true, SignedWith = SignatureAlgorithm.EcdsaP256, Key = PublicKeyKind.P256 };
    private static readonly CertificateRole AmdCa = new() { IsCa = true, SignedWith = SignatureAlgorithm.RsaPssSha384, Key = PublicKeyKind.Rsa };
    private static readonly CertificateRole P384Leaf = P384Ca with { IsCa = false };
    private static readonly CertificateRole P256Leaf = P256Ca with { IsCa = false };
    private static readonly CertificateRole AmdLeaf = new() { IsCa = false, SignedWith = SignatureAlgorithm.RsaPssSha384, Key = PublicKeyKind.P384 };

    internal static CertificateRole[] Nitro => [P384Leaf, P384Ca, P384Ca, P384Ca, P384Ca];

    internal static CertificateRole[] Pck => [P256Leaf with { CommonName = "SGX PCK Certificate", Required = ["1.2.840.113741.1.13.1"] }, P256Ca, P256Ca];

    internal static CertificateRole[] TcbSigner => [P256Leaf with { CommonName = "Intel SGX TCB Signing", Forbidden = ["1.2.840.113741.1.13.1"] }, P256Ca];

    internal static CertificateRole[] Amd => [AmdLeaf, AmdCa, AmdCa];

    internal static CertificateRole[] Nvidia => [P384Leaf, P384Ca, P384Ca, P384Ca, P384Ca];

    /// <summary>Every real chain with its shape.</summary>
    internal static IEnumerable<(Certificate[] Chain, CertificateRole[] Roles)> All() =>
    [
        .. RealCertificates.Leaves(".aws").Select(static leaf => (RealCertificates.Chain(leaf), Nitro)),
        .. RealCertificates.Leaves("SGX PCK Certificate").Select(static leaf => (RealCertificates.Chain(leaf), Pck)),
        .. RealCertificates.Leaves("Intel SGX TCB Signing").Select(static leaf => (RealCertificates.Chain(leaf), TcbSigner)),
        .. RealCertificates.Leaves("SEV-V").Select(static leaf => (RealCertificates.Chain(leaf), Amd)),
        .. RealCertificates.Leaves(" FMC LF").Select(static leaf => (RealCertificates.Chain(leaf), Nvidia)),
    ];
}
