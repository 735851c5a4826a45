using System.Security.Cryptography.X509Certificates;

namespace Assay.Testing.Attestation;

/// <summary>What a synthetic certificate says, besides its issuer and key.</summary>
public sealed record CertificateTemplate
{
    /// <summary>The subject, as <see cref="X500DistinguishedName"/> reads it: <c>CN=A, O=B</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Content of the serial number's INTEGER: big-endian, shortest form.</summary>
    public byte[] Serial { get; init; } = [0x51];

    /// <summary>First second in force.</summary>
    public DateTimeOffset NotBefore { get; init; } = SyntheticPki.NotBefore;

    /// <summary>Last second in force.</summary>
    public DateTimeOffset NotAfter { get; init; } = SyntheticPki.NotAfter;

    /// <summary>All its extensions. Those of a CA or leaf: <see cref="Ca"/>, <see cref="Leaf"/>.</summary>
    public IReadOnlyList<SyntheticExtension> Extensions { get; init; } = [];

    /// <summary>Another issuer's name than that of the certificate that signs; DER.</summary>
    public byte[]? Issuer { get; init; }

    /// <summary>Another AlgorithmIdentifier than that of the key that signs, inside and outside; DER.</summary>
    public byte[]? Algorithm { get; init; }

    /// <summary>Another AlgorithmIdentifier inside than outside; DER.</summary>
    public byte[]? InnerAlgorithm { get; init; }

    /// <summary>Another SubjectPublicKeyInfo than that of the key; DER.</summary>
    public byte[]? KeyInfo { get; init; }

    /// <summary>A CA: basic constraints, and keyCertSign and cRLSign.</summary>
    public static CertificateTemplate Ca(string subject, int? pathLength = null, params SyntheticExtension[] extensions) => new()
    {
        Subject = subject,
        Extensions = [SyntheticExtension.BasicConstraints(true, pathLength), SyntheticExtension.KeyUsage(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign), .. extensions],
    };

    /// <summary>A leaf: basic constraints (no CA), and digitalSignature.</summary>
    public static CertificateTemplate Leaf(string subject, params SyntheticExtension[] extensions) => new()
    {
        Subject = subject,
        Extensions = [SyntheticExtension.BasicConstraints(false), SyntheticExtension.KeyUsage(X509KeyUsageFlags.DigitalSignature), .. extensions],
    };
}
