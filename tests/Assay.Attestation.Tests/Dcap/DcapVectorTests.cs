using System.Text.Json;
using Assay.Primitives;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>All real quotes of the manifest, and what was made of them: each comes to its verdict at its step.</summary>
public sealed class DcapVectorTests
{
    public static TheoryData<string> All => [.. DcapVectors.Ids];

    [Fact]
    public void Every_quote_of_the_manifest_is_looked_at() => Assert.Equal(36, DcapVectors.Ids.Count());

    [Theory]
    [MemberData(nameof(All))]
    public void Verdicts_are_the_manifests(string id)
    {
        JsonElement expected = DcapVectors.Expected(id);
        EvidenceReport report = DcapVectors.Verify(id);
        Assert.Equal(Flag(expected, "signature"), Passed(report, StepCodes.Signature, onlyIf: expected.TryGetProperty("signature", out _)));
        Assert.Equal(Flag(expected, "chain"), Passed(report, StepCodes.Chain, onlyIf: expected.TryGetProperty("chain", out _)));
        if (Flag(expected, "qeIdentity") is true)
        {
            Assert.True(Passed(report, StepCodes.Signer));
        }

        if (Flag(expected, "debug") is bool debug)
        {
            Assert.Equal(debug, report.Facts!.Modes.Any(static mode => mode.EndsWith("/debug", StringComparison.Ordinal)));
        }

        if (expected.TryGetProperty("tcb", out JsonElement tcb))
        {
            string status = tcb.GetString()!.Split(' ')[0];
            Assert.Equal(status == "not" ? null : status, report.Facts!.TcbStatus);
            Assert.Equal(status is "not" ? CheckResult.NotEvaluated : status is "NotSupported" ? CheckResult.Fail : CheckResult.Pass, Step(report, StepCodes.Tcb).Result);
        }

        if (expected.TryGetProperty("advisories", out JsonElement advisories))
        {
            Assert.Equal(advisories.EnumerateArray().Select(static advisory => advisory.GetString()), report.Facts!.Advisories);
        }

        // Nothing of the negative ones gets through the steps that need no policy.
        if (id.Contains("/neg/", StringComparison.Ordinal))
        {
            Assert.Contains(report.Steps, static step => step.Result == CheckResult.Fail);
        }
    }

    [Theory]
    [InlineData("sgx/neg/body-mrenclave-flipped", StepCodes.Signature, DcapErrors.QuoteSignature)]
    [InlineData("sgx/neg/qe-vendor-flipped", StepCodes.Parse, DcapErrors.Vendor)]
    [InlineData("sgx/neg/intel-synthetic-certtype1", StepCodes.Parse, DcapErrors.CertificationType)]
    [InlineData("tdx/google-v4-spr", StepCodes.Parse, DcapErrors.Trailing)]
    [InlineData("tdx/google-v4-spr", StepCodes.Tcb, DcapErrors.NotSupported)]
    [InlineData("tdx/phala-v4-expired-collateral", StepCodes.Revocation, CertificateErrors.ListExpired)]
    [InlineData("tdx/phala-v4-expired-collateral", StepCodes.Collateral, DcapErrors.TcbInfoWindow)]
    [InlineData("tdx/phala-v4-wrong-fmspc", StepCodes.Collateral, DcapErrors.TcbInfoPlatform)]
    [InlineData("tdx/c8l-live", StepCodes.Revocation, DcapErrors.NoCrl)]
    [InlineData("tdx/c8l-live", StepCodes.Collateral, DcapErrors.NoTcbInfo)]
    [InlineData("tdx/neg/att-key-type-p384", StepCodes.Parse, DcapErrors.KeyType)]
    [InlineData("tdx/neg/attestation-key-flipped", StepCodes.Signature, DcapErrors.AttestationKey)]
    [InlineData("tdx/neg/body-debug-bit-flipped", StepCodes.Signature, DcapErrors.QuoteSignature)]
    [InlineData("tdx/neg/body-mrtd-flipped", StepCodes.Signature, DcapErrors.QuoteSignature)]
    [InlineData("tdx/neg/forged-lookalike-root", StepCodes.Chain, CertificateErrors.Anchor)]
    [InlineData("tdx/neg/header-version-6", StepCodes.Parse, DcapErrors.Version)]
    [InlineData("tdx/neg/nonzero-trailing", StepCodes.Parse, DcapErrors.Trailing)]
    [InlineData("tdx/neg/qe-auth-data-flipped", StepCodes.Signature, DcapErrors.KeyBinding)]
    [InlineData("tdx/neg/qe-report-flipped", StepCodes.Signature, DcapErrors.QeReportSignature)]
    [InlineData("tdx/neg/qe-report-signature-flipped", StepCodes.Signature, DcapErrors.QeReportSignature)]
    [InlineData("tdx/neg/quote-signature-flipped", StepCodes.Signature, DcapErrors.QuoteSignature)]
    [InlineData("tdx/neg/sigdata-length-overflow", StepCodes.Parse, DcapErrors.Length)]
    [InlineData("tdx/neg/tee-type-sgx", StepCodes.Parse, DcapErrors.TeeType)]
    [InlineData("tdx/neg/truncated", StepCodes.Parse, DcapErrors.Length)]
    [InlineData("tdx/neg/collateral-sgx-qe-identity-for-tdx", StepCodes.Collateral, DcapErrors.QeIdentityKind)]
    [InlineData("tdx/neg/collateral-tcbinfo-status-edited", StepCodes.Collateral, DcapErrors.TcbInfoSignature)]
    public void What_is_wrong_shows_at_its_step(string id, string step, string detail) => Assert.Equal(detail, Step(DcapVectors.Verify(id), step).Detail);

    [Theory]
    [InlineData("sgx/phala-v3", "")]
    [InlineData("sgx/automata-debug", "sgx/debug")]
    [InlineData("tdx/google-v4-spr", "tdx/no-sept-ve-disable")]
    [InlineData("tdx/coco-v4-debug", "tdx/debug")]
    [InlineData("tdx/phala-v4", "")]
    [InlineData("tdx/google-v5", "")]
    [InlineData("tdx/alibaba-v5-servicetd", "tdx/service-td")]
    [InlineData("tdx/coco-v4-gnr", "")]
    public void Modes_are_named(string id, string modes) => Assert.Equal(modes, string.Join(' ', DcapVectors.Verify(id).Facts!.Modes));

    [Fact]
    public void Facts_of_a_tdx_quote()
    {
        EvidenceFacts facts = DcapVectors.Verify("tdx/google-v5").Facts!;
        Assert.Equal(EvidenceType.IntelTdx, facts.Type);
        Assert.Equal("90c06f000000", facts.Product);
        Assert.Equal("intel-platform", facts.Platform.Kind);
        Assert.Equal(16, facts.Platform.Value.Length);
        Assert.Equal(64, facts.ReportData.Length);
        Assert.Equal(18u, facts.TcbEvaluationNumber);
        Assert.Equal(new DateTimeOffset(2026, 3, 16, 22, 6, 9, TimeSpan.Zero), facts.CollateralIssuedAt);
        Assert.Equal(new DateTimeOffset(2026, 4, 15, 22, 6, 9, TimeSpan.Zero), facts.CollateralExpiresAt);
        Assert.Equal(
            ["mrtd", "rtmr0", "rtmr1", "rtmr2", "rtmr3", "mrconfigid", "mrowner", "mrownerconfig", "td-attributes", "xfam", "mrseam", "mrsignerseam", "seam-attributes", "mrservicetd"],
            facts.Measurements.Select(static measurement => measurement.Name));
        Assert.Contains(new TcbComponent("module-isvsvn", 11), facts.Tcb);
        Assert.Contains(("platform-ca", "Intel SGX PCK Platform CA"), facts.Details);
    }

    [Fact]
    public void Facts_of_an_sgx_quote()
    {
        EvidenceFacts facts = DcapVectors.Verify("sgx/phala-v3").Facts!;
        Assert.Equal("Hello, world!"u8.ToArray(), facts.ReportData[..13].ToArray());
        Assert.Equal("00a067110000", facts.Product);

        // A platform of one processor has no instance id: the processor's own stands for it.
        Assert.Equal("d04ec06d4e6d92dc90d0ad3cf5ee2ddf", Convert.ToHexStringLower(facts.Platform.Value.Span));
        Assert.Equal(["mrenclave", "mrsigner", "isv-prod-id"], facts.Measurements.Take(3).Select(static measurement => measurement.Name));
        Assert.Contains(facts.Tcb, static component => component.Name == "isv-svn");
    }

    internal static AppraisalStep Step(EvidenceReport report, string code) => Assert.Single(report.Steps, step => step.Code == code);

    private static bool? Passed(EvidenceReport report, string code, bool onlyIf = true) => onlyIf ? Step(report, code).Result == CheckResult.Pass : null;

    private static bool? Flag(JsonElement expected, string name) => expected.TryGetProperty(name, out JsonElement value) ? value.GetBoolean() : null;
}
