using System.Text.Json;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Attestation.Tests;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("hopperAttestationReport.txt", "hopperCertChain.txt", "nvidia/no-firmware nvidia/no-nonce")]
    [InlineData("blackwellAttestationReport.txt", "blackwellCertChain.txt", "pass nvidia/published-nonce")]
    [InlineData("hopper_for_parsed_output.report.txt", "hopper_for_parsed_output.certchain.txt", "pass nvidia/no-nonce")]
    [InlineData("coco_hopperAttestationReport.txt", "coco_hopper_cert_chain_case1.txt", "pass nvidia/published-nonce")]
    [InlineData("hopperAttestationReportExpired.txt", "hopperCertChainExpired.txt", "pass nvidia/published-nonce")]
    [InlineData("switchAttestationReport.txt", "switchCertChain.txt", "nvidia/no-firmware nvidia/published-nonce")]
    public void Real_reports_come_to_their_verdicts(string report, string chain, string signerAndFreshness) =>
        Assert.Equal($"pass pass pass nvidia/no-ocsp {signerAndFreshness}", All(DeviceVectors.Text(report, chain).Verify()));

    [Fact]
    public void A_fresh_nonce_passes_and_another_does_not()
    {
        DeviceVectors vector = DeviceVectors.Json("hopper_evidence.json");
        Assert.Equal("pass pass pass nvidia/no-ocsp pass pass", All(vector.Verify()));
        Assert.Equal("pass pass pass nvidia/no-ocsp pass nvidia/nonce", All((vector with { Nonce = new byte[32] }).Verify()));
        Assert.Equal("pass pass pass nvidia/no-ocsp pass nvidia/no-nonce", All((vector with { Nonce = null }).Verify()));
        Assert.Equal("pass pass pass nvidia/no-ocsp nvidia/no-firmware nvidia/published-nonce", All(DeviceVectors.Json("switch_evidence_ls10.json").Verify()));
    }

    [Theory]
    [InlineData("hopperAttestationReportInvalidSignature.txt")]
    [InlineData("negative/nonce-flipped.txt")]
    [InlineData("negative/measurement-flipped.txt")]
    public void What_the_device_did_not_sign_is_refused(string report)
    {
        DeviceAppraisal appraisal = DeviceVectors.Text(report, "hopperCertChain.txt").Verify();
        Assert.Contains(appraisal.Steps, static step => step.Result == CheckResult.Fail && step.Code is StepCodes.Parse or StepCodes.Signature);
    }

    [Fact]
    public void The_wrong_chains_are_refused()
    {
        DeviceVectors hopper = DeviceVectors.Text("hopperAttestationReport.txt", "hopperCertChain.txt");
        DeviceVectors blackwell = DeviceVectors.Text("blackwellAttestationReport.txt", "blackwellCertChain.txt");
        Assert.Equal(NvidiaErrors.Signature, Detail((hopper with { Chain = blackwell.Chain }).Verify(), StepCodes.Signature));
        Assert.Equal(CertificateErrors.Anchor, Detail((hopper with { Chain = [.. hopper.Chain.Take(4)] }).Verify(), StepCodes.Chain));
        Assert.Equal(CertificateErrors.Name, Detail((hopper with { Chain = [.. hopper.Chain.Take(2), .. hopper.Chain.Skip(3)] }).Verify(), StepCodes.Chain));
        Assert.Equal(CertificateErrors.Anchor, Detail(hopper.Verify(new TrustAnchors()), StepCodes.Chain));

        // An intermediate in the device's place signs nothing here, and none may stand there.
        Assert.Equal(CertificateErrors.Role, Detail((hopper with { Chain = [.. hopper.Chain.Skip(1)] }).Verify(), StepCodes.Chain));
        Assert.Equal(CertificateErrors.Parse, Detail((hopper with { Chain = [] }).Verify(), StepCodes.Parse));
    }

    [Fact]
    public void Fields_are_those_that_NVIDIA_reads()
    {
        SpdmReport report = DeviceVectors.Text("hopper_for_parsed_output.report.txt", "hopper_for_parsed_output.certchain.txt").Verify().Report!;
        using JsonDocument golden = JsonDocument.Parse(Vectors.Read("nvidia/hopper_spdm_parsed_output.json"));
        JsonElement blocks = golden.RootElement.GetProperty("MeasurementRecord").GetProperty("MeasurementBlocks");
        Assert.Equal(64, report.Measurements.Length);
        for (int i = 0; i < 64; i++)
        {
            string value = blocks.GetProperty($"{i + 1}").GetProperty("DMTFSpecMeasurementValue").GetString()!;
            Assert.Equal(value, "0x" + Convert.ToHexStringLower(report.Measurements[i].Span));
        }

        JsonElement fields = golden.RootElement.GetProperty("OpaqueData").GetProperty("OpaqueDataField");
        Assert.Equal(fields.GetProperty("OPAQUE_FIELD_ID_FWID").GetString(), "0x" + Convert.ToHexStringLower(report.Fields[20].Span));
        Assert.Equal(fields.GetProperty("OPAQUE_FIELD_ID_DRIVER_VERSION").GetString(), "0x" + Convert.ToHexStringLower(report.Fields[3].Span));
        Assert.Equal(golden.RootElement.GetProperty("Nonce").GetString(), "0x" + Convert.ToHexStringLower(report.DeviceNonce.Span));
    }

    [Fact]
    public void Every_flip_of_a_report_is_refused()
    {
        DeviceVectors vector = DeviceVectors.Json("hopper_evidence.json");
        for (int i = 0; i < vector.Report.Length; i += FuzzRun.IsDeep ? 1 : 41)
        {
            byte[] flipped = [.. vector.Report];
            flipped[i] ^= 1;
            Assert.Contains((vector with { Report = flipped }).Verify().Steps, static step => step.Result == CheckResult.Fail);
        }
    }

    [Fact]
    public void Hostile_reports_end_with_a_code()
    {
        FuzzSummary summary = FuzzRun.Run([DeviceVectors.Json("hopper_evidence.json").Report, DeviceVectors.Json("switch_evidence_ls10.json").Report], static input =>
        {
            SpdmReport? report = SpdmReport.TryRead(input, out string? error);
            Assert.Equal(report is null, error is not null);
            return report is not null;
        });
        Assert.True(summary.Accepted > 100 && summary.Refused > 1000, $"{summary}");
    }

    internal static string All(DeviceAppraisal appraisal) => string.Join(' ', Words(appraisal));

    private static string Detail(DeviceAppraisal appraisal, string code) => appraisal.Steps.Single(step => step.Code == code).Detail!;

    private static string[] Words(DeviceAppraisal appraisal) => [.. appraisal.Steps.Select(static step => step.Detail ?? "pass")];
}
