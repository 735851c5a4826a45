using Assay.Primitives;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>The two clocks on real quotes (spec/attestation.md, "Time"): the collateral that a receipt brought, and later collateral.</summary>
public sealed class DcapTimeTests
{
    private static readonly string[] March2026 =
    [
        "dcap-collateral/2026-03/tdx_tcb_90c06f000000.json", "dcap-collateral/2026-03/tdx_qe_identity.json", "dcap-collateral/2026-03/pck_crl_platform.der",
        "dcap-collateral/2026-03/intel_root_crl.der", "dcap-collateral/tcb_signing_2025.der",
    ];

    [Fact]
    public void Later_collateral_turns_a_platform_out_of_date_from_when_it_is_known()
    {
        const string Id = "tdx/alibaba-v5-servicetd";
        CollateralSet both = CollateralSet.Of(DcapVectors.Collateral(Id).Items.Concat(DcapVectors.Files(March2026).Items));
        DateTimeOffset at = DcapVectors.At(Id);
        DateTimeOffset later = new(2026, 3, 20, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal("UpToDate", DcapVectors.Verify(Id, both, AppraisalTimes.Of(at)).Facts!.TcbStatus);
        Assert.Equal("UpToDate", DcapVectors.Verify(Id, both, new AppraisalTimes(at, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))).Facts!.TcbStatus);

        EvidenceReport known = DcapVectors.Verify(Id, both, new AppraisalTimes(at, later));
        Assert.Equal("OutOfDate", known.Facts!.TcbStatus);
        Assert.Equal(18u, known.Facts.TcbEvaluationNumber);
        Assert.Equal(DcapVectors.Verify(Id, DcapVectors.Files(March2026), AppraisalTimes.Of(later)).Facts!.TcbStatus, known.Facts.TcbStatus);
        Assert.All(known.Steps, static step => Assert.Equal(CheckResult.Pass, step.Result));
    }

    [Fact]
    public void A_receipt_of_before_verifies_by_the_collateral_that_it_brought_however_late_it_is()
    {
        const string Id = "tdx/coco-v4-debug";
        EvidenceReport report = DcapVectors.Verify(Id, times: new AppraisalTimes(DcapVectors.At(Id), new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal("UpToDate", report.Facts!.TcbStatus);
        Assert.All(report.Steps, static step => Assert.Equal(CheckResult.Pass, step.Result));
    }

    [Theory]
    [InlineData("tdx/phala-v4", "2025-06-19T10:32:27Z", "2025-07-19T10:00:35Z")]
    [InlineData("tdx/google-v5", "2026-03-16T22:34:05Z", "2026-04-15T22:06:09Z")]
    [InlineData("sgx/phala-v3", "2025-06-19T10:56:11Z", "2025-07-19T10:01:18Z")]
    [InlineData("tdx/alibaba-v5-servicetd", "2025-06-19T10:00:35Z", "2025-07-04T09:40:18Z")]
    [InlineData("tdx/google-cos113-padded", "2025-10-19T17:48:50Z", "2025-11-12T10:45:32Z")]
    public void The_window_of_all_collateral_is_the_manifests_to_the_second(string id, string from, string until)
    {
        DateTimeOffset first = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        DateTimeOffset last = DateTimeOffset.Parse(until, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Passes(id, first));
        Assert.True(Passes(id, last));
        Assert.False(Passes(id, first.AddSeconds(-1)));
        Assert.False(Passes(id, last.AddSeconds(1)));
    }

    private static bool Passes(string id, DateTimeOffset at) =>
        DcapVectors.Verify(id, times: AppraisalTimes.Of(at)).Steps.All(static step => step.Result == CheckResult.Pass);
}
