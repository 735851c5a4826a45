using System.Security.Cryptography;
using System.Text;
using Assay.Primitives;

namespace Assay.Attestation.Tests.Snp;

public sealed class SnpVectorTests
{
    public static TheoryData<string, string, string> Good()
    {
        TheoryData<string, string, string> data = [];
        foreach ((string report, string vek, string at) in SnpVectors.Good)
        {
            data.Add(report, vek, at);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void Real_reports_verify_with_their_certificate_and_nothing_else(string report, string vek, string at)
    {
        EvidenceReport made = SnpVectors.Verify(report, vek, at);
        SnpVectors.Passes(made);
        Assert.Contains(made.Steps, static step => step is { Code: StepCodes.Revocation, Result: CheckResult.NotEvaluated, Detail: SnpCodes.NoCrl });
        Assert.NotNull(made.Facts);
    }

    [Theory]
    [InlineData("ms-milan.bin", "snp/milan")]
    [InlineData("ms-genoa.bin", "")]
    [InlineData("ms-turin.bin", "")]
    [InlineData("coco-milan-v2.bin", "snp/no-alias-check snp/version-2 snp/milan")]
    [InlineData("virtee-milan-v2.bin", "snp/no-alias-check snp/version-2 snp/milan")]
    [InlineData("google-milan-v2-DEBUG.bin", "snp/debug snp/no-alias-check snp/version-2 snp/milan")]
    [InlineData("coco-milan-v3-vlek-aws.bin", "snp/vlek snp/vmpl-1 snp/milan")]
    public void Modes_of_real_reports(string report, string modes)
    {
        (_, string vek, string at) = SnpVectors.Good.Single(vector => vector.Report == report);
        Assert.Equal(modes, string.Join(' ', SnpVectors.Verify(report, vek, at).Facts!.Modes));
    }

    [Fact]
    public void Facts_of_a_real_report()
    {
        EvidenceFacts facts = SnpVectors.Verify("ms-genoa.bin", "ms-genoa.vcek.der", "2026-06-01").Facts!;
        byte[] bytes = SnpVectors.Read("ms-genoa.bin");
        Assert.Equal(EvidenceType.AmdSevSnp, facts.Type);
        Assert.Equal("Genoa", facts.Product);
        Assert.Equal(bytes[0x50..0x90], facts.ReportData.ToArray());
        Assert.Equal(bytes[0x90..0xC0], facts.Measurements.Single(static register => register.Name == "measurement").Value.ToArray());
        Assert.Equal(
            ["bootloader 10", "tee 0", "snp 23", "microcode 84", "firmware 1055040", "guest-svn 2"],
            facts.Tcb.Select(static part => $"{part.Name} {part.Value}"));
        Assert.Equal("amd-chip", facts.Platform.Kind);
        Assert.Equal(bytes[0x1A0..0x1E0], facts.Platform.Value.ToArray());

        PlatformIdentity cloud = SnpVectors.Verify("coco-milan-v3-vlek-aws.bin", "coco-milan-v3-vlek-aws.vlek.der", "2025-06-01").Facts!.Platform;
        Assert.Equal(("amd-csp", "CN=cc-us-east-2.amazonaws.com"), (cloud.Kind, Encoding.UTF8.GetString(cloud.Value.Span)));
    }

    [Theory]
    [InlineData("coco-milan-v2.bin", "coco-vcek-invalid-legacy.der", "2023-12-01", StepCodes.Signature, "snp/signature")]
    [InlineData("coco-milan-v2.bin", "coco-vcek-invalid-new.der", "2023-12-01", StepCodes.Signature, "snp/signature")]
    [InlineData("negative/measurement-flipped.bin", "ms-genoa.vcek.der", "2026-06-01", StepCodes.Signature, "snp/signature")]
    [InlineData("negative/policy-debug-flipped.bin", "ms-genoa.vcek.der", "2026-06-01", StepCodes.Signature, "snp/signature")]
    [InlineData("negative/signing-key-flag-vlek.bin", "ms-genoa.vcek.der", "2026-06-01", StepCodes.Signature, "snp/signature")]
    [InlineData("negative/truncated.bin", "ms-genoa.vcek.der", "2026-06-01", StepCodes.Parse, "snp/length")]
    [InlineData("negative/nonzero-signature-padding.bin", "ms-genoa.vcek.der", "2026-06-01", StepCodes.Parse, "snp/signature-padding")]
    [InlineData("negative/forged-lookalike-root.bin", "negative/forged-lookalike-root.vcek.der", "2026-06-01", StepCodes.Chain, "cert/signature")]
    [InlineData("ms-genoa.bin", "ms-milan.vcek.der", "2026-06-01", StepCodes.Signature, "snp/signature")]
    [InlineData("ms-genoa.bin", "ms-genoa.vcek.der", "2025-06-01", StepCodes.Chain, "cert/not-yet-valid")]
    [InlineData("ms-genoa.bin", "ms-genoa.vcek.der", "2033-06-01", StepCodes.Chain, "cert/expired")]
    public void Others_stop_at_their_step(string report, string vek, string at, string step, string detail) =>
        SnpVectors.Stops(SnpVectors.Verify(report, vek, at), step, detail);

    [Fact]
    public void A_look_alike_that_brings_its_own_root_and_intermediate_stops_at_the_chain()
    {
        byte[][] supplied = [.. Pem("forged-lookalike-root.ask_ark.pem"), SnpVectors.Read("negative/forged-lookalike-root.vcek.der")];
        EvidenceReport report = EvidenceVerifier.Verify(
            EvidenceType.AmdSevSnp, SnpVectors.Read("negative/forged-lookalike-root.bin"), SnpVectors.Certificates(supplied), TrustAnchors.BuiltIn, SnpVectors.At("2026-06-01"));
        Assert.Equal(StepCodes.Chain, report.Steps.First(static step => step.Result != CheckResult.Pass).Code);
        Assert.Equal(CheckResult.Fail, report.Steps[2].Result);
    }

    [Fact]
    public void A_product_without_a_root_has_no_chain()
    {
        byte[] report = SnpVectors.Read("ms-genoa.bin");
        CollateralSet vek = SnpVectors.Certificates(SnpVectors.Read("ms-genoa.vcek.der"));
        TrustAnchors others = TrustAnchors.BuiltIn with { AmdGenoa = [] };
        SnpVectors.Stops(EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, report, vek, others, SnpVectors.At("2026-06-01")), StepCodes.Chain, CertificateErrors.Anchor);
        others = TrustAnchors.BuiltIn with { AmdGenoa = TrustAnchors.BuiltIn.AmdMilan };
        SnpVectors.Stops(EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, report, vek, others, SnpVectors.At("2026-06-01")), StepCodes.Chain, CertificateErrors.Anchor);
        SnpVectors.Stops(EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, report, vek, new TrustAnchors(), SnpVectors.At("2026-06-01")), StepCodes.Chain, CertificateErrors.Anchor);
    }

    // Vector snp/neg/vlek-under-vcek-chain: without the intermediates of this library there is only the chips' one.
    [Fact]
    public void A_clouds_key_isnt_vouched_for_by_the_chips_intermediate()
    {
        byte[] vlek = SnpVectors.Read("coco-milan-v3-vlek-aws.vlek.der");
        SnpReport report = SnpReport.TryRead(SnpVectors.Read("coco-milan-v3-vlek-aws.bin"), out _)!;
        SnpCollateral ask = new(SnpVectors.Certificates([vlek, .. Pem("../../roots/amd_milan_ask_ark.pem")]), builtInIntermediates: false);
        SnpVectors.Stops(SnpVerifier.Verify(report, null, ask, TrustAnchors.BuiltIn, SnpVectors.At("2025-06-01")), StepCodes.Chain, CertificateErrors.Anchor);
        SnpCollateral asvk = new(SnpVectors.Certificates([vlek, .. Pem("../../roots/amd_milan_asvk_ark.pem")]), builtInIntermediates: false);
        SnpVectors.Passes(SnpVerifier.Verify(report, null, asvk, TrustAnchors.BuiltIn, SnpVectors.At("2025-06-01")));
    }

    [Fact]
    public void Every_byte_of_a_real_report_counts()
    {
        byte[] bytes = SnpVectors.Read("ms-turin.bin");
        CollateralSet vek = SnpVectors.Certificates(SnpVectors.Read("ms-turin.vcek.der"));
        for (int offset = 0; offset < bytes.Length; offset++)
        {
            byte[] changed = [.. bytes];
            changed[offset] ^= 0x55;
            EvidenceReport report = EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, changed, vek, TrustAnchors.BuiltIn, SnpVectors.At("2026-06-01"));
            Assert.True(report.Steps.Any(static step => step.Result == CheckResult.Fail), $"{offset:x}");
        }
    }

    [Fact]
    public void An_Azure_blob_of_TDX_is_refused_by_name()
    {
        byte[] blob = File.ReadAllBytes(Path.Combine(SnpVectors.Folder, "tdx", "azure-v4-2023.hcl-report.bin"));
        EvidenceReport report = EvidenceVerifier.Verify(EvidenceType.AzureSevSnp, blob, CollateralSet.Empty, TrustAnchors.BuiltIn, SnpVectors.At("2024-01-01"));
        SnpVectors.Stops(report, StepCodes.Parse, SnpCodes.AzureTdx);
        Assert.Null(report.Facts);
        SnpVectors.Stops(EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, blob, CollateralSet.Empty, TrustAnchors.BuiltIn, SnpVectors.At("2024-01-01")), StepCodes.Parse, SnpCodes.Length);

        // Its runtime data is read all the same: they have the same form in both, and its hash is the one in the TD report.
        byte[] runtime = blob[1236..(1236 + 1201)];
        Assert.Equal(64, AzureRuntimeData.TryRead(runtime)!.UserData.Length);
        Assert.Equal(SHA256.HashData(runtime), blob[(32 + 128)..(32 + 160)]);
    }

    private static List<byte[]> Pem(string name)
    {
        string text = Encoding.ASCII.GetString(SnpVectors.Read("negative/" + name));
        List<byte[]> certificates = [];
        while (PemEncoding.TryFind(text, out PemFields fields))
        {
            certificates.Add(Convert.FromBase64String(text[fields.Base64Data]));
            text = text[fields.Location.End..];
        }

        return certificates;
    }
}
