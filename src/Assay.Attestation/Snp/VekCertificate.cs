using System.Formats.Asn1;

namespace Assay.Attestation;

/// <summary>
/// What AMD wrote into the certificate of a versioned endorsement key, VCEK or VLEK (AMD 57230): product, security version, and the
/// chip or the cloud that holds the key. Nothing of it counts before its chain was validated.
/// </summary>
internal sealed class VekCertificate
{
    /// <summary>The arc of all its extensions.</summary>
    private const string Arc = "1.3.6.1.4.1.3704.1.";
    private const string ProductName = Arc + "2";
    private const string Levels = Arc + "3.";
    private const string HardwareId = Arc + "4";
    private const string CspName = Arc + "5";

    private const int ShortHwid = 8;

    private VekCertificate(Certificate certificate, SnpKeyKind kind, string product, SnpTcb tcb, ReadOnlyMemory<byte> hwid, string csp)
    {
        Certificate = certificate;
        Kind = kind;
        Product = SnpProducts.OfName(product);
        Tcb = tcb;
        Hwid = hwid;
        Csp = csp;
    }

    internal Certificate Certificate { get; }

    /// <summary>VCEK if it names a chip, VLEK if it names a cloud.</summary>
    internal SnpKeyKind Kind { get; }

    /// <summary>The product; null if its name isn't known.</summary>
    internal SnpProduct? Product { get; }

    /// <summary>The security version that the key was derived for.</summary>
    internal SnpTcb Tcb { get; }

    /// <summary>The chip: 64 bytes, 8 from Turin on; empty in a VLEK's.</summary>
    internal ReadOnlyMemory<byte> Hwid { get; }

    /// <summary>The cloud, <c>CN=cc-us-east-2.amazonaws.com</c>; empty in a VCEK's.</summary>
    internal string Csp { get; }

    /// <summary>The certificate as an endorsement key's; null if it isn't one.</summary>
    internal static VekCertificate? TryRead(Certificate certificate)
    {
        try
        {
            return Read(certificate);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Whether the chip's identifier in a report, 64 bytes, is that of this certificate: what it doesn't fill is zero.</summary>
    internal bool IsOf(ReadOnlySpan<byte> chipId) => !Hwid.IsEmpty && chipId.StartsWith(Hwid.Span) && !chipId[Hwid.Length..].ContainsAnyExcept((byte)0);

    private static VekCertificate? Read(Certificate certificate)
    {
        if (certificate.Key?.Kind != PublicKeyKind.P384 || certificate.Extension(ProductName) is not { } product)
        {
            return null;
        }

        ReadOnlyMemory<byte>? hwid = certificate.Extension(HardwareId);
        ReadOnlyMemory<byte>? csp = certificate.Extension(CspName);
        if (hwid.HasValue == csp.HasValue)
        {
            return null;
        }

        ReadOnlyMemory<byte> chip = hwid is { } value ? ReadHwid(value) : default;
        string name = csp is { } text ? ReadText(text) : string.Empty;
        byte? fmc = ReadLevel(certificate, 9);
        bool known = ReadLevel(certificate, 1) is not null && ReadLevel(certificate, 2) is not null && ReadLevel(certificate, 3) is not null && ReadLevel(certificate, 8) is not null
            && (ReadLevel(certificate, 4) ?? 0) == 0 && (ReadLevel(certificate, 5) ?? 0) == 0 && (ReadLevel(certificate, 6) ?? 0) == 0 && (ReadLevel(certificate, 7) ?? 0) == 0;
        return !known || (chip.IsEmpty && name.Length == 0)
            ? null
            : new VekCertificate(
                certificate,
                chip.IsEmpty ? SnpKeyKind.Vlek : SnpKeyKind.Vcek,
                ReadText(product),
                new SnpTcb(fmc, ReadLevel(certificate, 1)!.Value, ReadLevel(certificate, 2)!.Value, ReadLevel(certificate, 3)!.Value, ReadLevel(certificate, 8)!.Value),
                chip,
                name);
    }

    private static byte? ReadLevel(Certificate certificate, int index)
    {
        if (certificate.Extension(Levels + index) is not { } value)
        {
            return null;
        }

        AsnReader reader = new(value, AsnEncodingRules.DER);
        byte? level = reader.TryReadUInt32(out uint number) && number <= byte.MaxValue ? (byte)number : null;
        reader.ThrowIfNotEmpty();
        return level ?? throw new AsnContentException();
    }

    private static string ReadText(ReadOnlyMemory<byte> value)
    {
        AsnReader reader = new(value, AsnEncodingRules.DER);
        string text = reader.ReadCharacterString(UniversalTagNumber.IA5String);
        reader.ThrowIfNotEmpty();
        return text;
    }

    // Older certificates hold the identifier's bytes as they are, newer ones in an OCTET STRING. No length fits both.
    private static ReadOnlyMemory<byte> ReadHwid(ReadOnlyMemory<byte> value)
    {
        if (value.Length is SnpReport.ChipIdLength or ShortHwid)
        {
            return value;
        }

        AsnReader reader = new(value, AsnEncodingRules.DER);
        byte[] wrapped = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return wrapped.Length is SnpReport.ChipIdLength or ShortHwid ? wrapped : throw new AsnContentException();
    }
}
