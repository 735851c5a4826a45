using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>Files that collateral comes in, by their content: the real ones, and every form of synthetic ones.</summary>
public sealed class CollateralFilesTests
{
    private static readonly SyntheticIntel Intel = SyntheticIntel.Shared;

    [Theory]
    [InlineData("dcap-collateral/2026-03/tdx_tcb_90c06f000000.json", "IntelTcbInfo")]
    [InlineData("dcap-collateral/2026-03/tdx_qe_identity.json", "IntelQeIdentity")]
    [InlineData("dcap-collateral/2025-06/sgx_tcb_v2_00606a000000.json", "IntelTcbInfo")]
    [InlineData("dcap-collateral/2026-03/pck_crl_platform.der", "RevocationList")]
    [InlineData("dcap-collateral/2026-03/tcb_signing_chain.pem", "Certificate Certificate")]
    [InlineData("dcap-collateral/tcb_signing_2018.der", "Certificate")]
    [InlineData("tdx/phala-v4-2025.collateral.json", "Certificate Certificate Certificate RevocationList RevocationList IntelTcbInfo IntelQeIdentity")]
    [InlineData("roots/amd_milan_ask_ark.pem", "Certificate Certificate")]
    public void Real_files(string path, string kinds) => Assert.Equal(kinds, string.Join(' ', DcapVectors.Items(path).Select(static item => item.Kind)));

    [Fact]
    public void Own_form()
    {
        CollateralSet set = Intel.Collateral;
        Assert.Equal(Kinds(set.Items), Kinds(Read(set.Encode())!.Value));
        Assert.Null(CollateralFiles.TryRead(set.Encode().AsMemory()[..^1], out string? error));
        Assert.NotNull(error);
        Assert.Equal(AttestationErrors.CollateralFile, Error(CollateralSet.Empty.Encode()));
    }

    [Fact]
    public void Bundles_with_parts_as_text_or_whole_statements()
    {
        string json = new SyntheticTcbInfo().ToJson();
        string whole = Encoding.UTF8.GetString(Intel.Statement("tcbInfo", json));
        string signature = JsonDocument.Parse(whole).RootElement.GetProperty("signature").GetString()!;
        string list = Convert.ToHexString(Intel.List(Intel.Root, []).Bytes.Span);
        string chain = Encoding.ASCII.GetString(SyntheticIntel.Pem(Intel.TcbSigner, Intel.Root)).TrimEnd('\0');
        string Bundle(params (string Name, string? Value)[] members) => JsonSerializer.Serialize(members.ToDictionary(static member => member.Name, static member => member.Value));
        Assert.Equal("Certificate Certificate RevocationList IntelTcbInfo", Kinds(Read(Bundle(("version", "3"), ("tcb_info", json), ("tcb_info_signature", signature), ("root_ca_crl", list), ("tcb_info_issuer_chain", chain)))!.Value));
        Assert.Equal("IntelTcbInfo", Kinds(Read(Bundle(("tcb_info", whole), ("pck_certificate_chain", null)))!.Value));
        Assert.Equal(whole, Encoding.UTF8.GetString(Read(Bundle(("tcb_info", json), ("tcb_info_signature", signature)))!.Value[0].Bytes.Span));
        string[] bad =
        [
            Bundle(("tcb_info", json)), Bundle(("tcb_info", json), ("tcb_info_signature", "")), Bundle(("tcb_info", json + ",\"x\":1"), ("tcb_info_signature", signature)), Bundle(("root_ca_crl", "00")),
            Bundle(("root_ca_crl", list), ("tcb_info_issuer_chain", "")), Bundle(("root_ca_crl", list), ("pck_crl", list[..^2])), Bundle(("other", "1")), "{\"root_ca_crl\":1}", "{}",
            Bundle(("root_ca_crl", list))[..^1] + ",\"root_ca_crl\":\"" + list + "\"}",
        ];
        Assert.All(bad, static text => Assert.Equal(AttestationErrors.CollateralFile, Error(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Statements_need_their_signature()
    {
        string json = new SyntheticTcbInfo().ToJson();
        Assert.Equal(AttestationErrors.CollateralUnsigned, Error(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(AttestationErrors.CollateralUnsigned, Error(Encoding.UTF8.GetBytes($"{{\"tcbInfo\":{json}}}")));
        Assert.Equal(AttestationErrors.CollateralUnsigned, Error(Encoding.UTF8.GetBytes($"{{\"enclaveIdentity\":{new SyntheticQeIdentity().ToJson()}}}")));
        Assert.Equal(AttestationErrors.CollateralFile, Error(Encoding.UTF8.GetBytes($"{{\"tcbInfo\":{json},\"signature\":\"00\"}}")));
    }

    [Fact]
    public void Encodings_of_certificates_and_lists()
    {
        byte[] certificate = Intel.TcbSigner.Der, list = [.. Intel.List(Intel.Root, []).Bytes.Span];
        string pem = Encoding.ASCII.GetString(SyntheticIntel.Pem(Intel.TcbSigner, Intel.Root)).TrimEnd('\0');
        string[] good =
        [
            Convert.ToHexString(certificate), Convert.ToHexStringLower(certificate) + "\n", Convert.ToBase64String(certificate), Convert.ToBase64String(certificate, Base64FormattingOptions.InsertLineBreaks) + "\r\n",
            Encoding.ASCII.GetString(SyntheticIntel.Pem(Intel.TcbSigner)), " \r\n" + Encoding.ASCII.GetString(SyntheticIntel.Pem(Intel.TcbSigner)),
        ];
        Assert.All(good, text => Assert.Equal(certificate, Assert.Single(Read(text)!.Value).Bytes.ToArray()));
        Assert.Equal("Certificate Certificate", Kinds(Read(Uri.EscapeDataString(pem))!.Value));
        Assert.Equal("RevocationList", Kinds(Read(System.Security.Cryptography.PemEncoding.WriteString("X509 CRL", list))!.Value));
        Assert.Equal("RevocationList", Kinds(Read(list)!.Value));
        byte[][] bad = [[], [0], [0x30], [.. certificate, 0], certificate[..^1], "hello"u8.ToArray(), "\n \n"u8.ToArray(), Encoding.ASCII.GetBytes(pem + "x"), Encoding.ASCII.GetBytes(Convert.ToHexString(certificate)[1..])];
        Assert.All(bad, static bytes => Assert.Equal(AttestationErrors.CollateralFile, Error(bytes)));
        Assert.Equal(AttestationErrors.TooLarge, Error(new byte[CollateralSet.MaxLength + 1]));
        Assert.Null(Read(System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", list)));
    }

    private static ImmutableArray<CollateralItem>? Read(byte[] bytes) => CollateralFiles.TryRead(bytes, out _);

    private static ImmutableArray<CollateralItem>? Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    private static string? Error(byte[] bytes)
    {
        Assert.Null(CollateralFiles.TryRead(bytes, out string? error));
        return error;
    }

    private static string Kinds(IEnumerable<CollateralItem> items) => string.Join(' ', items.Select(static item => item.Kind));
}
