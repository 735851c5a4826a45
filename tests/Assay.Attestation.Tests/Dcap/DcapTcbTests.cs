using Assay.Primitives;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>Every status of platform, TDX module and quoting enclave, and what they come to together (Intel QVL, 4.1.2.4.11 and 4.1.2.4.17).</summary>
public sealed class DcapTcbTests
{
    private static readonly SyntheticIntel Intel = SyntheticIntel.Shared;

    private static readonly string[] PlatformStatuses =
        ["UpToDate", "SWHardeningNeeded", "ConfigurationNeeded", "ConfigurationAndSWHardeningNeeded", "OutOfDate", "OutOfDateConfigurationNeeded", "Revoked"];

    [Theory]
    [InlineData("UpToDate", "OutOfDate")]
    [InlineData("SWHardeningNeeded", "OutOfDate")]
    [InlineData("ConfigurationNeeded", "OutOfDateConfigurationNeeded")]
    [InlineData("ConfigurationAndSWHardeningNeeded", "OutOfDateConfigurationNeeded")]
    [InlineData("OutOfDate", "OutOfDate")]
    [InlineData("OutOfDateConfigurationNeeded", "OutOfDateConfigurationNeeded")]
    [InlineData("Revoked", "Revoked")]
    public void Statuses_converge(string platform, string withOldPart)
    {
        Assert.Equal(platform, Status(Info(platform), Identity("UpToDate")));
        Assert.Equal(withOldPart, Status(Info(platform, module: "OutOfDate"), Identity("UpToDate")));
        Assert.Equal(withOldPart, Status(Info(platform), Identity("OutOfDate")));
        Assert.Equal(withOldPart, Status(Info(platform, module: "OutOfDate"), Identity("OutOfDate")));
        Assert.Equal("Revoked", Status(Info(platform, module: "Revoked"), Identity("UpToDate")));
        Assert.Equal("Revoked", Status(Info(platform), Identity("Revoked")));
        Assert.Equal("Revoked", Status(Info(platform, module: "OutOfDate"), Identity("Revoked")));
    }

    [Fact]
    public void Every_status_of_a_platform_is_told_and_only_some_pass()
    {
        foreach (string status in PlatformStatuses)
        {
            foreach (bool sgx in (bool[])[false, true])
            {
                SyntheticTcbInfo info = Info(status) with { Id = sgx ? "SGX" : "TDX" };
                EvidenceReport report = Verify(new SyntheticQuote { IsSgx = sgx, Version = sgx ? 3 : 4 }, info, sgx ? SyntheticQeIdentity.Sgx : new SyntheticQeIdentity(), sgx: sgx);
                Assert.Equal(status, report.Facts!.TcbStatus);
                Assert.Equal(status == "Revoked" ? DcapErrors.Revoked : null, DcapWorld.Detail(report, StepCodes.Tcb));
            }
        }
    }

    [Theory]
    [InlineData("Fine", null, null)]
    [InlineData("uptodate", null, null)]
    [InlineData("NotSupported", null, null)]
    [InlineData("TDRelaunchAdvised", null, null)]
    [InlineData(null, "SWHardeningNeeded", null)]
    [InlineData(null, "Fine", null)]
    [InlineData(null, null, "Fine")]
    public void Unknown_statuses_fail_and_are_shown(string? platform, string? module, string? enclave)
    {
        EvidenceReport report = Verify(new SyntheticQuote(), Info(platform ?? "UpToDate", module ?? "UpToDate"), Identity(enclave ?? "UpToDate"));
        Assert.Equal(DcapErrors.UnknownStatus, DcapWorld.Detail(report, StepCodes.Tcb));
        Assert.Equal(platform ?? module ?? enclave, report.Facts!.TcbStatus);
    }

    [Fact]
    public void Below_every_level_isnt_out_of_date_but_not_supported()
    {
        SyntheticTcbInfo info = new() { Levels = [SyntheticTcbLevel.Of(6, 13, 5, 3, "UpToDate")] };
        Assert.Equal("NotSupported", Status(info, new SyntheticQeIdentity()));
        Assert.Equal("NotSupported", Status(new SyntheticTcbInfo { Levels = [SyntheticTcbLevel.Of(5, 14, 5, 3, "UpToDate")] }, new SyntheticQeIdentity()));
        Assert.Equal("NotSupported", Status(new SyntheticTcbInfo { Levels = [SyntheticTcbLevel.Of(5, 13, 5, 4, "UpToDate")] }, new SyntheticQeIdentity()));
        Assert.Equal("NotSupported", Status(new SyntheticTcbInfo(), new SyntheticQeIdentity { Levels = [new SyntheticIsvLevel(5, "UpToDate")] }));
        Assert.Equal("NotSupported", Status(new SyntheticTcbInfo { Modules = [new SyntheticTdxModule("TDX_01", new SyntheticIsvLevel(7, "UpToDate"))] }, new SyntheticQeIdentity()));
        EvidenceReport report = Verify(new SyntheticQuote(), info, new SyntheticQeIdentity());
        Assert.Equal(DcapErrors.NotSupported, DcapWorld.Detail(report, StepCodes.Tcb));
    }

    [Fact]
    public void Each_component_counts()
    {
        for (int i = 0; i < 16; i++)
        {
            byte[] sgx = [.. Enumerable.Repeat((byte)5, 16)];
            sgx[i]++;
            byte[] tdx = [6, 1, 3, .. new byte[13]];
            tdx[i]++;
            SyntheticTcbLevel old = new(new byte[16], 0, new byte[16], "OutOfDate");
            Assert.Equal("OutOfDate", Status(new SyntheticTcbInfo { Levels = [new(sgx, 13, new byte[16], "UpToDate"), old] }, new SyntheticQeIdentity()));

            // From major version 1 on the module has its own levels: the first two bytes don't count here.
            Assert.Equal(i < 2 ? "UpToDate" : "OutOfDate", Status(new SyntheticTcbInfo { Levels = [new(new byte[16], 13, tdx, "UpToDate"), old] }, new SyntheticQeIdentity()));
        }
    }

    [Fact]
    public void Modules_of_major_version_0_are_judged_by_the_platforms_levels()
    {
        SyntheticQuote quote = new() { TeeTcbSvn = [4, 0, 3, .. new byte[13]] };
        SyntheticTcbInfo info = new() { Modules = null };
        Assert.Equal("NotSupported", Verify(quote, info, new SyntheticQeIdentity()).Facts!.TcbStatus);
        Assert.Equal("UpToDate", Verify(quote with { TeeTcbSvn = [5, 0, 3, .. new byte[13]] }, info, new SyntheticQeIdentity()).Facts!.TcbStatus);
    }

    [Fact]
    public void Modules_that_Intel_doesnt_name_arent_supported()
    {
        SyntheticQuote quote = new();
        string?[] details =
        [
            Tcb(quote with { TeeTcbSvn = [6, 2, 3, .. new byte[13]] }, new SyntheticTcbInfo()),
            Tcb(quote, new SyntheticTcbInfo { Modules = null }),
            Tcb(quote with { MrSignerSeam = [1, .. new byte[47]] }, new SyntheticTcbInfo()),
            Tcb(quote with { SeamAttributes = 1 }, new SyntheticTcbInfo()),
            Tcb(quote with { SeamAttributes = 1 }, new SyntheticTcbInfo { Modules = [new SyntheticTdxModule("TDX_01", new SyntheticIsvLevel(6, "UpToDate")) { Attributes = [1, .. new byte[7]] }] }),
            Tcb(quote with { TeeTcbSvn = [6, 0, 3, .. new byte[13]], MrSignerSeam = [1, .. new byte[47]] }, new SyntheticTcbInfo()),
        ];
        Assert.All(details, static detail => Assert.Equal(DcapErrors.TdxModule, detail));
        Assert.Null(Tcb(quote, new SyntheticTcbInfo { Modules = [new SyntheticTdxModule("tdx_01", new SyntheticIsvLevel(6, "UpToDate"))] }));
    }

    [Fact]
    public void Order_of_levels_is_Intels_whatever_the_files()
    {
        SyntheticTcbInfo info = new();
        EvidenceReport report = Verify(
            new SyntheticQuote(),
            info with { Levels = [.. info.Levels.Reverse()], Modules = [new SyntheticTdxModule("TDX_01", new SyntheticIsvLevel(4, "OutOfDate"), new SyntheticIsvLevel(6, "UpToDate"))] },
            new SyntheticQeIdentity { Levels = [new(2, "OutOfDate"), new(4, "UpToDate")] });
        Assert.Equal("UpToDate", report.Facts!.TcbStatus);
    }

    [Fact]
    public void Advisories_of_all_parts_are_joined_and_sorted()
    {
        SyntheticTcbInfo info = new()
        {
            Levels = [SyntheticTcbLevel.Of(5, 13, 5, 3, "OutOfDate", "INTEL-SA-00009", "INTEL-SA-00001")],
            Modules = [new SyntheticTdxModule("TDX_01", new SyntheticIsvLevel(4, "OutOfDate", "INTEL-SA-00005", "INTEL-SA-00001"))],
        };
        EvidenceReport report = Verify(new SyntheticQuote(), info, new SyntheticQeIdentity { Levels = [new(4, "OutOfDate", "INTEL-SA-00003")] });
        Assert.Equal("INTEL-SA-00001 INTEL-SA-00003 INTEL-SA-00005 INTEL-SA-00009", string.Join(' ', report.Facts!.Advisories));
    }

    [Fact]
    public void Running_a_current_module_after_a_start_under_an_old_one_is_told_apart()
    {
        SyntheticQuote old = new() { Version = 5, TeeTcbSvn = [4, 1, 3, .. new byte[13]], TeeTcbSvn2 = [6, 1, 3, .. new byte[13]] };
        SyntheticTcbInfo info = new();
        string Of(SyntheticQuote quote, SyntheticTcbInfo? given = null, SyntheticQeIdentity? identity = null) => Verify(quote, given ?? info, identity ?? new SyntheticQeIdentity()).Facts!.TcbStatus!;
        Assert.Equal("TDRelaunchAdvised", Of(old));
        Assert.Equal("TDRelaunchAdvised", Of(old, Info("SWHardeningNeeded", "UpToDate")));
        Assert.Equal("TDRelaunchAdvisedConfigurationNeeded", Of(old, Info("ConfigurationNeeded", "UpToDate")));
        Assert.Equal("OutOfDate", Of(old with { TeeTcbSvn2 = old.TeeTcbSvn }));
        Assert.Equal("OutOfDate", Of(old with { TeeTcbSvn2 = [6, 1, 2, .. new byte[13]] }));
        Assert.Equal("OutOfDate", Of(old with { TeeTcbSvn2 = null }));
        Assert.Equal("OutOfDate", Of(old with { Version = 4, TeeTcbSvn2 = null }));
        Assert.Equal("OutOfDate", Of(old, identity: Identity("OutOfDate")));
        Assert.Equal("Revoked", Of(old, identity: Identity("Revoked")));
        Assert.Equal("TDRelaunchAdvised", Of(old with { TeeTcbSvn2 = [3, 3, 3, .. new byte[13]] }));
        Assert.Equal("NotSupported", Of(old with { TeeTcbSvn2 = [6, 2, 3, .. new byte[13]] }));
        Assert.Equal("TDRelaunchAdvised", Of(old with { TeeTcbSvn2 = [5, 0, 3, .. new byte[13]] }));
        Assert.Equal("OutOfDate", Of(old with { TeeTcbSvn2 = [4, 0, 3, .. new byte[13]] }));
    }

    [Fact]
    public void Levels_of_version_2_are_read_for_sgx()
    {
        SyntheticQuote quote = new() { IsSgx = true, Version = 3 };
        SyntheticTcbInfo info = new() { Id = "SGX", Version = 2, Levels = [SyntheticTcbLevel.Of(6, 13, 0, 0, "UpToDate"), SyntheticTcbLevel.Of(5, 13, 0, 0, "SWHardeningNeeded", "INTEL-SA-00615")] };
        Assert.Equal("SWHardeningNeeded", Verify(quote, info, SyntheticQeIdentity.Sgx, sgx: true).Facts!.TcbStatus);
    }

    [Fact]
    public void The_lower_evaluation_number_counts()
    {
        Assert.Equal(17u, Verify(new SyntheticQuote(), new SyntheticTcbInfo { EvaluationNumber = 17 }, new SyntheticQeIdentity { EvaluationNumber = 19 }).Facts!.TcbEvaluationNumber);
        Assert.Equal(16u, Verify(new SyntheticQuote(), new SyntheticTcbInfo { EvaluationNumber = 17 }, new SyntheticQeIdentity { EvaluationNumber = 16 }).Facts!.TcbEvaluationNumber);
    }

    // With a module that isn't up to date the quote's version 6 is the module's, 4 a level below.
    private static SyntheticTcbInfo Info(string platform, string module = "UpToDate") => new()
    {
        Levels = [SyntheticTcbLevel.Of(5, 13, 5, 3, platform)],
        Modules = [new SyntheticTdxModule("TDX_01", new SyntheticIsvLevel(6, module), new SyntheticIsvLevel(4, "OutOfDate"))],
    };

    private static SyntheticQeIdentity Identity(string status) => new() { Levels = [new SyntheticIsvLevel(4, status)] };

    private static string Status(SyntheticTcbInfo info, SyntheticQeIdentity identity) => Verify(new SyntheticQuote(), info, identity).Facts!.TcbStatus!;

    private static string? Tcb(SyntheticQuote quote, SyntheticTcbInfo info) => DcapWorld.Detail(Verify(quote, info, new SyntheticQeIdentity()), StepCodes.Tcb);

    private static EvidenceReport Verify(SyntheticQuote quote, SyntheticTcbInfo info, SyntheticQeIdentity identity, bool sgx = false)
    {
        EvidenceReport report = DcapWorld.Verify(Intel, Intel.Quote(quote), DcapWorld.With(Intel, Intel.TcbInfo(info), Intel.QeIdentity(identity)), sgx);
        Assert.All(report.Steps.Take(6), static step => Assert.Equal((step.Code, CheckResult.Pass, null), (step.Code, step.Result, step.Detail)));
        return report;
    }
}
