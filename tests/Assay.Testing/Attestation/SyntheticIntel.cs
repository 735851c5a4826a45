using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Assay.Attestation;

namespace Assay.Testing.Attestation;

/// <summary>
/// An Intel of its own: a root, platform CAs, a platform, a quoting enclave's key and a TCB signer; quotes, TCB info, identities and
/// lists of any content. By default everything is up to date and in force for <see cref="SyntheticPki.At"/>.
/// </summary>
public sealed class SyntheticIntel
{
    private readonly SyntheticKey _attestation = SyntheticKey.P256();

    /// <summary>Makes keys and certificates.</summary>
    /// <param name="platform">What the platform certificate says.</param>
    /// <param name="from">Since when certificates and collateral are in force; by default <see cref="SyntheticPki.NotBefore"/>.</param>
    /// <param name="until">Until when; by default <see cref="SyntheticPki.NotAfter"/>.</param>
    public SyntheticIntel(SyntheticIntelPlatform? platform = null, DateTimeOffset? from = null, DateTimeOffset? until = null)
    {
        From = from ?? SyntheticPki.NotBefore;
        Until = until ?? SyntheticPki.NotAfter;
        Root = SyntheticPki.Root(SyntheticKey.P256(), Dated(CertificateTemplate.Ca("CN=Intel SGX Root CA, O=Synthetic", 1)));
        PlatformCa = SyntheticPki.Issue(Root, SyntheticKey.P256(), Dated(CertificateTemplate.Ca("CN=Intel SGX PCK Platform CA, O=Synthetic", 0)) with { Serial = [0x11] });
        ProcessorCa = SyntheticPki.Issue(Root, SyntheticKey.P256(), Dated(CertificateTemplate.Ca("CN=Intel SGX PCK Processor CA, O=Synthetic", 0)) with { Serial = [0x12] });
        TcbSigner = SyntheticPki.Issue(Root, SyntheticKey.P256(), Dated(CertificateTemplate.Leaf("CN=Intel SGX TCB Signing, O=Synthetic")) with { Serial = [0x13] });
        Platform = platform ?? new SyntheticIntelPlatform();
        Ca = Platform.PlatformInstanceId is null ? ProcessorCa : PlatformCa;
        Pck = IssuePck(Platform);
    }

    /// <summary>One with the defaults, made once.</summary>
    public static SyntheticIntel Shared { get; } = new();

    /// <summary>Since when everything is in force.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Until when.</summary>
    public DateTimeOffset Until { get; }

    /// <summary>The root.</summary>
    public SyntheticCertificate Root { get; }

    /// <summary>Issues certificates of platforms of several processors.</summary>
    public SyntheticCertificate PlatformCa { get; }

    /// <summary>Issues certificates of platforms of one.</summary>
    public SyntheticCertificate ProcessorCa { get; }

    /// <summary>The one of them that issued <see cref="Pck"/>.</summary>
    public SyntheticCertificate Ca { get; }

    /// <summary>Signs TCB info and identities.</summary>
    public SyntheticCertificate TcbSigner { get; }

    /// <summary>What the platform certificate says.</summary>
    public SyntheticIntelPlatform Platform { get; }

    /// <summary>The platform certificate.</summary>
    public SyntheticCertificate Pck { get; }

    /// <summary>Its root instead of Intel's.</summary>
    public TrustAnchors Anchors => TrustAnchors.BuiltIn with { Intel = [Root.Der] };

    /// <summary>All that is needed for TDX and SGX quotes: everything up to date, nothing revoked.</summary>
    public CollateralSet Collateral => CollateralSet.Of(
    [
        .. Lists(),
        Signer(),
        TcbInfo(new SyntheticTcbInfo()),
        TcbInfo(new SyntheticTcbInfo { Id = "SGX" }),
        QeIdentity(new SyntheticQeIdentity()),
        QeIdentity(SyntheticQeIdentity.Sgx),
    ]);

    /// <summary>A TD's quote, version 4, that carries this report data.</summary>
    public byte[] Quote(ReadOnlySpan<byte> reportData) => Quote(new SyntheticQuote { ReportData = reportData.ToArray() });

    /// <summary>A quote that says what the template does, signed.</summary>
    public byte[] Quote(SyntheticQuote template)
    {
        ArgumentNullException.ThrowIfNull(template);
        byte[] signed = template.Signed();
        byte[] key = template.AttestationKey ?? _attestation.Point;
        byte[] report = template.QeReport(SHA256.HashData([.. key, .. template.QeAuthenticationData]));
        byte[] chain = template.Certificates ?? Pem(Pck, Ca, Root);
        byte[] certification =
        [
            .. report, .. Pck.Key.SignRaw(report), .. UInt16(template.QeAuthenticationData.Length), .. template.QeAuthenticationData, .. UInt16(5), .. UInt32(chain.Length), .. chain,
        ];
        byte[] outer = template.Version == 3 ? certification : [.. UInt16(6), .. UInt32(certification.Length), .. certification];
        byte[] data = [.. _attestation.SignRaw(signed), .. key, .. outer];
        return [.. signed, .. UInt32(data.Length), .. data, .. template.Trailing];
    }

    /// <summary>Another platform's certificate, by the same CA.</summary>
    public SyntheticCertificate IssuePck(SyntheticIntelPlatform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return SyntheticPki.Issue(Ca, SyntheticKey.P256(), Dated(CertificateTemplate.Leaf(platform.Subject, platform.Extension())) with { Serial = platform.Serial });
    }

    /// <summary>A chain as quotes carry it.</summary>
    public static byte[] Pem(params ReadOnlySpan<SyntheticCertificate> chain)
    {
        StringBuilder text = new();
        foreach (SyntheticCertificate certificate in chain)
        {
            text.Append(PemEncoding.Write("CERTIFICATE", certificate.Der)).Append('\n');
        }

        return [.. Encoding.ASCII.GetBytes(text.ToString()), 0];
    }

    /// <summary>The TCB signer's certificate, or another, as a piece of collateral.</summary>
    public CollateralItem Signer(SyntheticCertificate? signer = null) => new(CollateralKind.Certificate, (signer ?? TcbSigner).Der);

    /// <summary>TCB info, signed by the TCB signer, or somebody else. Dates follow this world's.</summary>
    public CollateralItem TcbInfo(SyntheticTcbInfo info, SyntheticCertificate? signer = null)
    {
        ArgumentNullException.ThrowIfNull(info);
        return new(CollateralKind.IntelTcbInfo, Statement("tcbInfo", (info with { IssueDate = Moved(info.IssueDate), NextUpdate = Moved(info.NextUpdate) }).ToJson(), signer));
    }

    /// <summary>An identity, signed by the TCB signer, or somebody else. Dates follow this world's.</summary>
    public CollateralItem QeIdentity(SyntheticQeIdentity identity, SyntheticCertificate? signer = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new(CollateralKind.IntelQeIdentity, Statement("enclaveIdentity", (identity with { IssueDate = Moved(identity.IssueDate), NextUpdate = Moved(identity.NextUpdate) }).ToJson(), signer));
    }

    /// <summary>An object with its signature.</summary>
    public byte[] Statement(string name, string json, SyntheticCertificate? signer = null) =>
        Encoding.UTF8.GetBytes($"{{\"{name}\":{json},\"signature\":\"{Convert.ToHexStringLower((signer ?? TcbSigner).Key.SignRaw(Encoding.UTF8.GetBytes(json)))}\"}}");

    /// <summary>The lists of the root and of both CAs, which name these.</summary>
    public IReadOnlyList<CollateralItem> Lists(byte[][]? byRoot = null, byte[][]? byCa = null) =>
        [List(Root, byRoot ?? []), List(PlatformCa, byCa ?? []), List(ProcessorCa, byCa ?? [])];

    /// <summary>A list.</summary>
    public CollateralItem List(SyntheticCertificate issuer, byte[][] serials, DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        new(CollateralKind.RevocationList, SyntheticPki.RevocationList(issuer, serials, from ?? From, until ?? Until));

    // The templates' own dates are those of the synthetic PKI, whichever this world has.
    private DateTimeOffset Moved(DateTimeOffset time) => time == SyntheticPki.NotBefore ? From : time == SyntheticPki.NotAfter ? Until : time;

    private CertificateTemplate Dated(CertificateTemplate template) => template with { NotBefore = From, NotAfter = Until };

    private static byte[] UInt16(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return bytes;
    }

    private static byte[] UInt32(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
