using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Assay.Primitives;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>Quotes that aren't as they should be: lengths, kinds, chains, keys, modes.</summary>
public sealed class DcapQuoteTests
{
    private const int SignatureLengthAt = 48 + 584;
    private const int CertificationAt = SignatureLengthAt + 4 + 128;

    private static readonly SyntheticIntel Intel = SyntheticIntel.Shared;

    [Theory]
    [InlineData(0, 2, DcapErrors.Version)]
    [InlineData(0, 3, DcapErrors.Version)]
    [InlineData(0, 6, DcapErrors.Version)]
    [InlineData(1, 1, DcapErrors.Version)]
    [InlineData(2, 0, DcapErrors.KeyType)]
    [InlineData(2, 3, DcapErrors.KeyType)]
    [InlineData(4, 0, DcapErrors.TeeType)]
    [InlineData(4, 0x82, DcapErrors.TeeType)]
    [InlineData(7, 1, DcapErrors.TeeType)]
    [InlineData(12, 0, DcapErrors.Vendor)]
    [InlineData(27, 0, DcapErrors.Vendor)]
    [InlineData(CertificationAt, 5, DcapErrors.CertificationType)]
    [InlineData(CertificationAt, 7, DcapErrors.CertificationType)]
    public void Kinds_that_arent_known_are_refused_by_name(int offset, int value, string code)
    {
        byte[] quote = Intel.Quote(new byte[64]);
        quote[offset] = (byte)value;
        Assert.Equal(code, Parse(quote));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(7)]
    public void Certification_without_a_chain_is_refused_by_name(int type)
    {
        byte[] quote = Intel.Quote(new byte[64]);
        int inner = CertificationAt + 6 + 384 + 64 + 2 + 32;
        Assert.Equal(5, quote[inner]);
        quote[inner] = (byte)type;
        Assert.Equal(DcapErrors.CertificationType, Parse(quote));
    }

    [Fact]
    public void Every_declared_length_is_what_is_there()
    {
        byte[] good = Intel.Quote(new byte[64]);
        int[] lengths = [SignatureLengthAt, CertificationAt + 2, CertificationAt + 6 + 384 + 64, CertificationAt + 6 + 384 + 64 + 2 + 32 + 2];
        foreach (int at in lengths)
        {
            foreach (int change in (int[])[-1, 1, 255, 1 << 24])
            {
                byte[] quote = [.. good];
                bool isShort = at == lengths[2];
                uint length = isShort ? BinaryPrimitives.ReadUInt16LittleEndian(quote.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(quote.AsSpan(at));
                BinaryPrimitives.WriteUInt16LittleEndian(quote.AsSpan(at), (ushort)(length + change));
                if (!isShort)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(quote.AsSpan(at), (uint)(length + change));
                }

                Assert.Contains(Parse(quote), (string?[])(isShort && change == 1 << 24 ? [null] : [DcapErrors.Length, DcapErrors.CertificationType]));
            }
        }

        for (int length = 0; length < good.Length; length++)
        {
            Assert.Equal(DcapErrors.Length, Parse(good[..length]));
        }
    }

    [Fact]
    public void Bodies_of_version_5_say_what_they_are()
    {
        byte[] good = Intel.Quote(new SyntheticQuote { Version = 5 });
        foreach ((int offset, byte value, string code) in ((int, byte, string)[])[(48, 1, DcapErrors.BodyType), (48, 4, DcapErrors.BodyType), (48, 3, DcapErrors.Length), (50, 0x49, DcapErrors.Length), (53, 1, DcapErrors.Length)])
        {
            byte[] quote = [.. good];
            quote[offset] = value;
            Assert.Equal(code, Parse(quote));
        }

        Assert.Equal(DcapErrors.TeeType, Parse(Intel.Quote(new SyntheticQuote { Version = 5, IsSgx = true })));
        Assert.Equal(DcapErrors.TeeType, Parse(good, EvidenceType.IntelSgx));
        Assert.Equal(DcapErrors.TeeType, Parse(Intel.Quote(new SyntheticQuote { Version = 4, IsSgx = true })));
    }

    [Fact]
    public void Padding_is_zeros_up_to_a_bound()
    {
        Assert.Null(Parse(Intel.Quote(new SyntheticQuote { Trailing = new byte[DcapQuote.MaxPadding] })));
        Assert.Equal(DcapErrors.Trailing, Parse(Intel.Quote(new SyntheticQuote { Trailing = new byte[DcapQuote.MaxPadding + 1] })));
        EvidenceReport report = DcapWorld.Verify(Intel, Intel.Quote(new SyntheticQuote { Trailing = [.. new byte[9], 1] }), Intel.Collateral);
        Assert.Equal(DcapErrors.Trailing, DcapWorld.Detail(report, StepCodes.Parse));
        Assert.All(report.Steps.Skip(1), static step => Assert.Equal(CheckResult.Pass, step.Result));
        Assert.Contains(("trailing-bytes", "10"), report.Facts!.Details);
    }

    [Fact]
    public void Attestation_keys_are_bound_by_the_quoting_enclaves_report()
    {
        SyntheticKey other = SyntheticKey.P256();
        Assert.Equal(DcapErrors.QuoteSignature, Signature(Intel.Quote(new SyntheticQuote { AttestationKey = other.Point })));
        Assert.Equal(DcapErrors.AttestationKey, Signature(Intel.Quote(new SyntheticQuote { AttestationKey = new byte[64] })));
        Assert.Equal(DcapErrors.AttestationKey, Signature(Intel.Quote(new SyntheticQuote { AttestationKey = [.. Enumerable.Repeat((byte)0xFF, 64)] })));
        Assert.Equal(DcapErrors.KeyBinding, Signature(Intel.Quote(new SyntheticQuote { QeReportDataEnd = [.. new byte[31], 1] })));
        byte[] quote = Intel.Quote(new byte[64]);
        other.Point.CopyTo(quote, SignatureLengthAt + 4 + 64);
        other.SignRaw(quote.AsSpan(0, SignatureLengthAt)).CopyTo(quote, SignatureLengthAt + 4);
        Assert.Equal(DcapErrors.KeyBinding, Signature(quote));
        foreach (int length in (int[])[0, 1, 4096])
        {
            Assert.Null(Signature(Intel.Quote(new SyntheticQuote { QeAuthenticationData = new byte[length] })));
        }
    }

    [Fact]
    public void A_second_signature_of_the_same_quote_verifies_too()
    {
        // (r, n - s) verifies where (r, s) does: whoever takes a quote's bytes for its identity sees two.
        byte[] quote = DcapVectors.Quote("tdx/google-v5");
        int at = 48 + 6 + 648 + 4 + 32;
        BigInteger order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture);
        byte[] other = (order - new BigInteger(quote.AsSpan(at, 32), isUnsigned: true, isBigEndian: true)).ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] second = [.. quote];
        second.AsSpan(at, 32).Clear();
        other.CopyTo(second, at + 32 - other.Length);
        Assert.NotEqual(quote, second);
        EvidenceReport report = EvidenceVerifier.Verify(
            EvidenceType.IntelTdx, second, DcapVectors.Collateral("tdx/google-v5"), TrustAnchors.BuiltIn, AppraisalTimes.Of(DcapVectors.At("tdx/google-v5")));
        Assert.All(report.Steps, static step => Assert.Equal(CheckResult.Pass, step.Result));
        Assert.Equal(DcapVectors.Verify("tdx/google-v5").Facts!.Platform.Digest, report.Facts!.Platform.Digest);
    }

    [Fact]
    public void Chains_are_three_certificates_each_in_its_role()
    {
        SyntheticIntelPlatform platform = new();
        SyntheticCertificate unnamed = Intel.IssuePck(platform with { Subject = "CN=Intel SGX Something, O=Synthetic" });
        SyntheticCertificate bare = SyntheticPki.Issue(Intel.PlatformCa, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=Intel SGX PCK Certificate, O=Synthetic"));
        SyntheticCertificate broken = SyntheticPki.Issue(
            Intel.PlatformCa, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=Intel SGX PCK Certificate, O=Synthetic", new SyntheticExtension(PckExtension.Oid, false, [0x30, 0])));
        SyntheticCertificate expired = SyntheticPki.Issue(
            Intel.PlatformCa, SyntheticKey.P256(), CertificateTemplate.Leaf(platform.Subject, platform.Extension()) with { NotAfter = SyntheticPki.At.AddSeconds(-1) });
        SyntheticCertificate misplaced = SyntheticPki.Issue(Intel.ProcessorCa, SyntheticKey.P256(), CertificateTemplate.Leaf(platform.Subject, platform.Extension()));
        SyntheticCertificate otherCa = SyntheticPki.Issue(Intel.Root, SyntheticKey.P256(), CertificateTemplate.Ca("CN=Intel SGX PCK Other CA, O=Synthetic", 0));
        SyntheticCertificate underOther = SyntheticPki.Issue(otherCa, SyntheticKey.P256(), CertificateTemplate.Leaf(platform.Subject, platform.Extension()));
        SyntheticCertificate underSigner = SyntheticPki.Issue(Intel.TcbSigner, SyntheticKey.P256(), CertificateTemplate.Leaf(platform.Subject, platform.Extension()));
        Assert.Equal(CertificateErrors.Role, Chain(unnamed, Intel.PlatformCa));
        Assert.Equal(CertificateErrors.Role, Chain(bare, Intel.PlatformCa));
        Assert.Equal(DcapErrors.PckExtension, Chain(broken, Intel.PlatformCa));
        Assert.Equal(CertificateErrors.Expired, Chain(expired, Intel.PlatformCa));
        Assert.Equal(DcapErrors.PckExtension, Chain(misplaced, Intel.ProcessorCa));
        Assert.Equal(CertificateErrors.Name, Chain(misplaced, Intel.PlatformCa));
        Assert.Equal(CertificateErrors.Role, Chain(underOther, otherCa));
        Assert.Equal(CertificateErrors.Role, Chain(underSigner, Intel.TcbSigner));
        Assert.Null(Chain(Intel.Pck, Intel.PlatformCa));
    }

    [Fact]
    public void Text_of_chains_is_strict()
    {
        string good = Encoding.ASCII.GetString(SyntheticIntel.Pem(Intel.Pck, Intel.PlatformCa, Intel.Root));
        byte[] Quote(string pem) => Intel.Quote(new SyntheticQuote { Certificates = Encoding.Latin1.GetBytes(pem) });
        Assert.Null(Parse(Quote(good)));
        Assert.Null(Parse(Quote(good.TrimEnd('\0'))));
        Assert.Null(Parse(Quote(good.TrimEnd('\0', '\n'))));
        Assert.Null(Parse(Quote(good.Replace("\n", "\r\n", StringComparison.Ordinal))));
        string one = Encoding.ASCII.GetString(SyntheticIntel.Pem(Intel.Root)).TrimEnd('\0');
        string[] bad =
        [
            "", "\0", "x" + good, "\n" + good, one, good.TrimEnd('\0') + one, good + "x", good.Replace("-----END", " -----END", StringComparison.Ordinal), good.Replace("M", "M ", StringComparison.Ordinal),
            good.Replace("\n", "\r", StringComparison.Ordinal), good.Replace("CERTIFICATE", "X509 CRL", StringComparison.Ordinal), good.Replace("-----\n", "-----\nA: b\n\n", StringComparison.Ordinal),
            good.Replace("-----END CERTIFICATE-----\n", "", StringComparison.Ordinal), good.Replace("=", "", StringComparison.Ordinal), good.Replace("\n\0", "\0\n\0x", StringComparison.Ordinal),
        ];
        Assert.All(bad, text => Assert.Equal(DcapErrors.Certificates, Parse(Quote(text))));
    }

    [Fact]
    public void Modes_of_trust_domains()
    {
        string Modes(SyntheticQuote quote) => string.Join(' ', DcapWorld.Verify(Intel, Intel.Quote(quote), Intel.Collateral).Facts!.Modes);
        SyntheticQuote later = new() { Version = 5, TeeTcbSvn2 = [6, 1, 3, .. new byte[13]] };
        Assert.Equal("", Modes(new SyntheticQuote { TdAttributes = 1UL << 28 | 1UL << 27 | 1UL << 30 | 1UL << 31 | 1UL << 63 }));
        Assert.Equal("tdx/debug", Modes(new SyntheticQuote { TdAttributes = 1 << 28 | 1 }));
        Assert.Equal("tdx/tud-bits", Modes(new SyntheticQuote { TdAttributes = 1 << 28 | 0x80 }));
        Assert.Equal("tdx/debug tdx/no-sept-ve-disable", Modes(new SyntheticQuote { TdAttributes = 1 }));
        Assert.Equal("tdx/migratable", Modes(new SyntheticQuote { TdAttributes = 1 << 28 | 1 << 29 }));
        for (int bit = 8; bit < 64; bit++)
        {
            bool known = bit is >= 27 and <= 31 or 63;
            Assert.Equal(!known, Modes(new SyntheticQuote { TdAttributes = 1UL << 28 | 1UL << bit }).Contains("tdx/reserved-attributes", StringComparison.Ordinal));
        }

        Assert.Equal("", Modes(later));
        Assert.Equal("tdx/service-td", Modes(later with { MrServiceTd = [.. new byte[47], 1] }));
        Assert.Equal("tdx/seam-attributes", Modes(new SyntheticQuote { SeamAttributes = 1UL << 63 }));
        Assert.Equal("tdx/seam-signer", Modes(new SyntheticQuote { MrSignerSeam = [.. new byte[47], 1] }));
    }

    [Fact]
    public void Modes_of_enclaves()
    {
        string Modes(ulong attributes) =>
            string.Join(' ', DcapWorld.Verify(Intel, Intel.Quote(new SyntheticQuote { IsSgx = true, Version = 3, EnclaveAttributes = attributes }), Intel.Collateral, sgx: true).Facts!.Modes);
        Assert.Equal("", Modes(0x4C5));
        Assert.Equal("sgx/debug", Modes(0x07));
        Assert.Equal("sgx/not-initialised", Modes(0x04));
        Assert.Equal("sgx/not-64-bit", Modes(0x01));
        Assert.Equal("sgx/provision-key", Modes(0x15));
        Assert.Equal("sgx/launch-key", Modes(0x25));
        Assert.Equal("sgx/reserved-attributes", Modes(0x0D));
        Assert.Equal("sgx/reserved-attributes", Modes(0x05 | 1UL << 63));
    }

    [Fact]
    public void Platform_extensions_are_read_whole()
    {
        SyntheticIntelPlatform platform = new() { Svns = [.. Enumerable.Range(240, 16).Select(static i => (byte)i)], PceSvn = 65535, SgxType = 2 };
        PckExtension extension = PckExtension.TryRead(platform.Extension().Value)!;
        Assert.Equal(platform.Svns, extension.Svns.ToArray());
        Assert.Equal(platform.Svns, extension.CpuSvn.ToArray());
        Assert.Equal(65535, extension.PceSvn);
        Assert.Equal(platform.Ppid, extension.Ppid.ToArray());
        Assert.Equal(platform.PlatformInstanceId, extension.PlatformInstanceId!.Value.ToArray());
        Assert.Equal((true, false, true), (extension.DynamicPlatform, extension.CachedKeys, extension.SmtEnabled));
        Assert.Equal(2, extension.SgxType);
        Assert.Null(PckExtension.TryRead((platform with { PceSvn = 65536 }).Extension().Value));
        Assert.Null(PckExtension.TryRead((platform with { SgxType = 3 }).Extension().Value));
        Assert.Null(PckExtension.TryRead((platform with { Ppid = new byte[15] }).Extension().Value));
        Assert.Null(PckExtension.TryRead((platform with { Svns = new byte[15] }).Extension().Value));
        Assert.Null(PckExtension.TryRead((platform with { Fmspc = new byte[7] }).Extension().Value));
        Assert.Null(PckExtension.TryRead((platform with { PlatformInstanceId = [] }).Extension().Value));
        Assert.Null(PckExtension.TryRead((byte[])[.. platform.Extension().Value, 0]));
    }

    private static string? Parse(byte[] quote, EvidenceType type = EvidenceType.IntelTdx) => DcapWorld.Detail(DcapWorld.Verify(Intel, quote, CollateralSet.Empty, type == EvidenceType.IntelSgx), StepCodes.Parse);

    private static string? Signature(byte[] quote) => DcapWorld.Detail(DcapWorld.Verify(Intel, quote, CollateralSet.Empty), StepCodes.Signature);

    // Signed by the key of whichever leaf: only the chain is at fault.
    private static string? Chain(SyntheticCertificate leaf, SyntheticCertificate ca)
    {
        byte[] quote = Intel.Quote(new SyntheticQuote { Certificates = SyntheticIntel.Pem(leaf, ca, Intel.Root) });
        leaf.Key.SignRaw(quote.AsSpan(CertificationAt + 6, 384)).CopyTo(quote, CertificationAt + 6 + 384);
        return DcapWorld.Detail(DcapWorld.Verify(Intel, quote, CollateralSet.Empty), StepCodes.Chain);
    }
}
