using Assay.Primitives;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>The synthetic Intel's quotes pass every step, in every version, under its own root only.</summary>
public sealed class SyntheticIntelTests
{
    public static TheoryData<int, bool, bool> Shapes => new() { { 4, false, false }, { 5, false, false }, { 5, false, true }, { 3, true, false }, { 4, true, false }, { 5, true, false } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Quotes_of_every_version_pass(int version, bool sgx, bool later)
    {
        byte[] quote = SyntheticIntel.Shared.Quote(new SyntheticQuote { Version = version, IsSgx = sgx, TeeTcbSvn2 = later ? [6, 1, 3, .. new byte[13]] : null });
        EvidenceReport report = DcapWorld.Verify(SyntheticIntel.Shared, quote, SyntheticIntel.Shared.Collateral, sgx);
        Assert.All(report.Steps, static step => Assert.Equal((CheckResult.Pass, null), (step.Result, step.Detail)));
        Assert.Equal("UpToDate", report.Facts!.TcbStatus);
        Assert.Empty(report.Facts.Modes);
        Assert.Empty(report.Facts.Advisories);
        Assert.Equal((byte)0x2D, report.Facts.Platform.Value.Span[0]);
    }

    [Fact]
    public void Platforms_of_one_processor_pass()
    {
        SyntheticIntel intel = new(new SyntheticIntelPlatform { PlatformInstanceId = null });
        EvidenceReport report = DcapWorld.Verify(intel, intel.Quote(new byte[64]), intel.Collateral);
        Assert.All(report.Steps, static step => Assert.Equal(CheckResult.Pass, step.Result));
        Assert.Equal((byte)0x1D, report.Facts!.Platform.Value.Span[0]);
    }

    [Fact]
    public void Nothing_of_it_passes_under_Intels_root()
    {
        EvidenceReport report = EvidenceVerifier.Verify(
            EvidenceType.IntelTdx, SyntheticIntel.Shared.Quote(new byte[64]), SyntheticIntel.Shared.Collateral, TrustAnchors.BuiltIn, AppraisalTimes.Of(SyntheticPki.At));
        Assert.Equal(CertificateErrors.Anchor, DcapVectorTests.Step(report, StepCodes.Chain).Detail);
    }

    [Fact]
    public void Nothing_passes_without_roots()
    {
        EvidenceReport report = EvidenceVerifier.Verify(
            EvidenceType.IntelTdx, SyntheticIntel.Shared.Quote(new byte[64]), SyntheticIntel.Shared.Collateral, new TrustAnchors(), AppraisalTimes.Of(SyntheticPki.At));
        Assert.Equal(CertificateErrors.Anchor, DcapVectorTests.Step(report, StepCodes.Chain).Detail);
    }
}
