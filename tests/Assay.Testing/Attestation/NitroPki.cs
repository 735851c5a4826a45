namespace Assay.Testing.Attestation;

/// <summary>
/// Certificates shaped like AWS's: root without a path length, region 2, zone 1, instance 0, and leaves of three hours, all P-384.
/// Names are AWS's too: only keys tell them apart.
/// </summary>
public sealed class NitroPki
{
    /// <summary>Makes the certificates above leaves, in force around <paramref name="now"/>.</summary>
    public NitroPki(DateTimeOffset now)
    {
        Now = now;
        Root = SyntheticPki.Root(SyntheticKey.P384(), CertificateTemplate.Ca("C=US, O=Amazon, OU=AWS, CN=aws.nitro-enclaves") with
        {
            NotBefore = now.AddYears(-5),
            NotAfter = now.AddYears(20),
        });
        Region = SyntheticPki.Issue(Root, SyntheticKey.P384(), CertificateTemplate.Ca("C=US, O=Amazon, OU=AWS, CN=2f442bd2442676f0.eu-test-1.aws.nitro-enclaves", 2) with
        {
            NotBefore = now.AddDays(-8),
            NotAfter = now.AddDays(12),
        });
        Zone = SyntheticPki.Issue(Region, SyntheticKey.P384(), CertificateTemplate.Ca("CN=aa7d944093e8ba36.zonal.eu-test-1.aws.nitro-enclaves, OU=AWS, O=Amazon, C=US, ST=WA, L=Seattle", 1) with
        {
            NotBefore = now.AddDays(-2),
            NotAfter = now.AddDays(4),
        });
        Instance = SyntheticPki.Issue(Zone, SyntheticKey.P384(), CertificateTemplate.Ca($"C=US, ST=Washington, L=Seattle, O=Amazon, OU=AWS, CN={InstanceId}.eu-test-1.aws.nitro-enclaves", 0) with
        {
            NotBefore = now.AddHours(-1),
            NotAfter = now.AddHours(23),
        });
    }

    /// <summary>The instance of its documents.</summary>
    public const string InstanceId = "i-0123456789abcdef0";

    /// <summary>An enclave in it.</summary>
    public const string ModuleId = InstanceId + "-enc0123456789abcdef";

    /// <summary>The time that it was made for.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Root, which verifiers must be told of.</summary>
    public SyntheticCertificate Root { get; }

    /// <summary>Twenty days.</summary>
    public SyntheticCertificate Region { get; }

    /// <summary>Six days.</summary>
    public SyntheticCertificate Zone { get; }

    /// <summary>A day.</summary>
    public SyntheticCertificate Instance { get; }

    /// <summary>What documents bring: root first.</summary>
    public IReadOnlyList<byte[]> Bundle => [Root.Der, Region.Der, Zone.Der, Instance.Der];

    /// <summary>A leaf with a key of its own, in force for three hours from a moment before <paramref name="now"/>.</summary>
    public SyntheticCertificate Leaf(DateTimeOffset now, SyntheticKey? key = null) =>
        SyntheticPki.Issue(Instance, key ?? SyntheticKey.P384(), CertificateTemplate.Leaf($"C=US, ST=Washington, L=Seattle, O=Amazon, OU=AWS, CN={ModuleId}.eu-test-1.aws") with
        {
            NotBefore = now.AddSeconds(-3),
            NotAfter = now.AddHours(3),
        });
}
