using System.Text;
using Assay.Primitives;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Dcap;

/// <summary>Which collateral counts: in its role, about this platform, signed, in force, not revoked; and of that the newest.</summary>
public sealed class DcapCollateralTests
{
    private static readonly SyntheticIntel Intel = SyntheticIntel.Shared;
    private static readonly byte[] Quote = Intel.Quote(new byte[64]);
    private static readonly DateTimeOffset At = SyntheticPki.At;

    [Fact]
    public void A_platforms_key_signs_no_tcb_info()
    {
        // Both chain to one root, with one usage: who extracted a platform's key would call every platform up to date.
        CollateralItem info = Intel.TcbInfo(new SyntheticTcbInfo(), Intel.Pck);
        Assert.Equal(DcapErrors.TcbInfoSignature, Collateral(info));
        Assert.Equal(DcapErrors.NoTcbSigner, Collateral(info, Intel.Signer(Intel.Pck)));
        SyntheticCertificate named = Intel.IssuePck(new SyntheticIntelPlatform { Subject = "CN=Intel SGX TCB Signing, O=Synthetic" });
        Assert.Equal(CertificateErrors.Role, Collateral(Intel.TcbInfo(new SyntheticTcbInfo(), named), Intel.Signer(named)));
        SyntheticCertificate byCa = SyntheticPki.Issue(Intel.PlatformCa, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=Intel SGX TCB Signing, O=Synthetic"));
        Assert.Equal(CertificateErrors.Name, Collateral(Intel.TcbInfo(new SyntheticTcbInfo(), byCa), Intel.Signer(byCa)));
    }

    [Fact]
    public void Other_signers_of_the_right_name_count_only_under_the_root_and_in_force()
    {
        SyntheticIntel other = new();
        Assert.Equal(CertificateErrors.Signature, Collateral(other.TcbInfo(new SyntheticTcbInfo()), other.Signer()));
        SyntheticCertificate expired = SyntheticPki.Issue(
            Intel.Root, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=Intel SGX TCB Signing, O=Synthetic") with { NotAfter = At.AddSeconds(-1) });
        Assert.Equal(CertificateErrors.Expired, Collateral(Intel.TcbInfo(new SyntheticTcbInfo(), expired), Intel.Signer(expired)));
        SyntheticCertificate ca = SyntheticPki.Issue(Intel.Root, SyntheticKey.P256(), CertificateTemplate.Ca("CN=Intel SGX TCB Signing, O=Synthetic"));
        Assert.Equal(CertificateErrors.Role, Collateral(Intel.TcbInfo(new SyntheticTcbInfo(), ca), Intel.Signer(ca)));

        // Two certificates with one key and one serial number, as Intel has them: either will do.
        SyntheticCertificate again = SyntheticPki.Issue(Intel.Root, Intel.TcbSigner.Key, CertificateTemplate.Leaf("CN=Intel SGX TCB Signing, O=Synthetic") with { Serial = [0x13], NotAfter = At.AddYears(2) });
        Assert.Null(Detail(CollateralSet.Of([.. Intel.Collateral.Items, Intel.Signer(again)]), StepCodes.Collateral));
        Assert.Null(Collateral(Intel.Signer(again)));
    }

    [Fact]
    public void Revoked_certificates_count_no_longer()
    {
        byte[] pck = [0x51], platformCa = [0x11], signer = [0x13];
        Assert.Equal(CertificateErrors.Revoked, Detail(With([.. Intel.Lists(byCa: [pck])]), StepCodes.Revocation));
        Assert.Equal(CertificateErrors.Revoked, Detail(With([.. Intel.Lists(byRoot: [platformCa])]), StepCodes.Revocation));
        Assert.Equal(DcapErrors.TcbSignerRevoked, Detail(With([.. Intel.Lists(byRoot: [signer])]), StepCodes.Collateral));
        Assert.Null(Detail(With([.. Intel.Lists(byRoot: [pck], byCa: [signer, platformCa])]), StepCodes.Revocation));

        // A serial number is of its issuer: the Processor CA's list says nothing of the Platform CA's.
        Assert.Null(Detail(With(Intel.List(Intel.Root, []), Intel.List(Intel.PlatformCa, []), Intel.List(Intel.ProcessorCa, [pck])), StepCodes.Revocation));
    }

    [Fact]
    public void Lists_are_the_newest_known_and_in_force()
    {
        CollateralItem clean = Intel.List(Intel.PlatformCa, []), root = Intel.List(Intel.Root, []);
        CollateralItem later = Intel.List(Intel.PlatformCa, [[0x51]], At.AddDays(10), At.AddDays(40));
        CollateralSet both = With(clean, root, later);
        Assert.Null(Detail(both, StepCodes.Revocation));
        Assert.Null(Detail(both, StepCodes.Revocation, new AppraisalTimes(At, At.AddDays(9))));
        Assert.Equal(CertificateErrors.Revoked, Detail(both, StepCodes.Revocation, new AppraisalTimes(At, At.AddDays(10))));
        Assert.Equal(CertificateErrors.ListExpired, Detail(With(root, Intel.List(Intel.PlatformCa, [], At.AddDays(-9), At.AddSeconds(-1))), StepCodes.Revocation));
        Assert.Equal(CertificateErrors.ListNotYetValid, Detail(With(root, Intel.List(Intel.PlatformCa, [], At.AddSeconds(1))), StepCodes.Revocation));
        Assert.Equal(CertificateErrors.ListSignature, Detail(With(root, new SyntheticIntel().List(Intel.PlatformCa with { Key = SyntheticKey.P256() }, [])), StepCodes.Revocation));

        // Somebody's list in the same name, or garbage, takes nothing away from a good one.
        CollateralItem forged = Intel.List(Intel.PlatformCa with { Key = SyntheticKey.P256() }, [[0x51]], At.AddDays(-1));
        Assert.Null(Detail(With(clean, root, forged, new CollateralItem(CollateralKind.RevocationList, new byte[] { 0x30, 0 })), StepCodes.Revocation));
    }

    [Fact]
    public void What_is_missing_isnt_evaluated()
    {
        CollateralItem[] all = [.. Intel.Collateral.Items];
        AppraisalStep Step(string step, params CollateralItem[] pieces) => DcapVectorTests.Step(DcapWorld.Verify(Intel, Quote, CollateralSet.Of(pieces)), step);
        (string, CollateralKind?, string)[] missing =
        [
            (StepCodes.Collateral, CollateralKind.IntelTcbInfo, DcapErrors.NoTcbInfo),
            (StepCodes.Collateral, CollateralKind.IntelQeIdentity, DcapErrors.NoQeIdentity),
            (StepCodes.Collateral, CollateralKind.Certificate, DcapErrors.NoTcbSigner),
            (StepCodes.Revocation, CollateralKind.RevocationList, "dcap/no-crl"),
        ];
        foreach ((string code, CollateralKind? kind, string detail) in missing)
        {
            Assert.Equal(new AppraisalStep(code, CheckResult.NotEvaluated, detail), Step(code, [.. all.Where(item => item.Kind != kind)]));
        }

        CollateralItem[] withoutLists = [.. all.Where(static item => item.Kind != CollateralKind.RevocationList)];
        Assert.Equal(DcapErrors.NoPckCrl, Step(StepCodes.Revocation, [.. withoutLists, Intel.List(Intel.Root, []), Intel.List(Intel.ProcessorCa, [])]).Detail);
        Assert.Equal(DcapErrors.NoRootCrl, Step(StepCodes.Revocation, [.. withoutLists, Intel.List(Intel.PlatformCa, [])]).Detail);
        Assert.Equal(CheckResult.Fail, Step(StepCodes.Revocation, [.. withoutLists, Intel.List(Intel.PlatformCa, [[0x51]])]).Result);
        Assert.Equal(CheckResult.NotEvaluated, Step(StepCodes.Tcb, withoutLists.Take(1).ToArray()).Result);
    }

    [Fact]
    public void Statements_about_something_else_dont_count()
    {
        Assert.Equal(DcapErrors.TcbInfoPlatform, Collateral(Intel.TcbInfo(new SyntheticTcbInfo { Fmspc = "90C06F000001" })));
        Assert.Equal(DcapErrors.TcbInfoPlatform, Collateral(Intel.TcbInfo(new SyntheticTcbInfo { PceId = "0001" })));
        Assert.Equal(DcapErrors.TcbInfoKind, Collateral(Intel.TcbInfo(new SyntheticTcbInfo { Id = "SGX" })));
        Assert.Equal(DcapErrors.TcbInfoKind, Collateral(Intel.TcbInfo(new SyntheticTcbInfo { Id = "SGX", Version = 2 })));
        Assert.Equal(DcapErrors.TcbInfoForm, Collateral(Intel.TcbInfo(new SyntheticTcbInfo { Version = 4 })));
        Assert.Equal(DcapErrors.TcbInfoForm, Collateral(Intel.TcbInfo(new SyntheticTcbInfo { Id = "TDY" })));
        Assert.Equal(DcapErrors.QeIdentityKind, Collateral(Intel.QeIdentity(SyntheticQeIdentity.Sgx)));
        Assert.Equal(DcapErrors.QeIdentityKind, Collateral(Intel.QeIdentity(new SyntheticQeIdentity { Id = "QVE" })));
        Assert.Equal(DcapErrors.QeIdentityForm, Collateral(Intel.QeIdentity(new SyntheticQeIdentity { Version = 1 })));
        Assert.Null(Collateral(Intel.TcbInfo(new SyntheticTcbInfo { Fmspc = "90c06f000000" })));
    }

    [Fact]
    public void Windows_hold_to_the_second()
    {
        (CollateralItem Piece, DateTimeOffset First, DateTimeOffset Last)[] pieces =
        [
            (Intel.TcbInfo(new SyntheticTcbInfo { IssueDate = At.AddDays(-3), NextUpdate = At.AddDays(5) }), At.AddDays(-3), At.AddDays(5)),
            (Intel.QeIdentity(new SyntheticQeIdentity { IssueDate = At.AddDays(-2), NextUpdate = At.AddDays(4) }), At.AddDays(-2), At.AddDays(4)),
        ];
        foreach ((CollateralItem piece, DateTimeOffset first, DateTimeOffset last) in pieces)
        {
            CollateralSet set = With(piece);
            Assert.Null(Detail(set, StepCodes.Collateral, AppraisalTimes.Of(first)));
            Assert.Null(Detail(set, StepCodes.Collateral, AppraisalTimes.Of(last)));
            Assert.Equal(CheckResult.Fail, Result(set, AppraisalTimes.Of(first.AddSeconds(-1))));
            Assert.Equal(CheckResult.Fail, Result(set, AppraisalTimes.Of(last.AddSeconds(1))));

            // Of later than the evidence, if it's known by now; not of later than now.
            Assert.Equal(CheckResult.Pass, Result(set, new AppraisalTimes(first.AddDays(-30), first)));
            Assert.Equal(CheckResult.Fail, Result(set, new AppraisalTimes(first.AddDays(-30), first.AddSeconds(-1))));
        }
    }

    [Fact]
    public void Later_statements_may_be_signed_by_a_certificate_of_later()
    {
        SyntheticCertificate later = SyntheticPki.Issue(
            Intel.Root, SyntheticKey.P256(), CertificateTemplate.Leaf("CN=Intel SGX TCB Signing, O=Synthetic") with { NotBefore = At.AddDays(5), Serial = [0x14] });
        CollateralItem old = Intel.TcbInfo(new SyntheticTcbInfo());
        CollateralItem info = Intel.TcbInfo(new SyntheticTcbInfo { IssueDate = At.AddDays(6), EvaluationNumber = 19, Levels = [SyntheticTcbLevel.Of(5, 13, 5, 3, "OutOfDate")] }, later);
        CollateralSet set = With(old, info, Intel.Signer(), Intel.Signer(later));
        Assert.Equal("UpToDate", DcapWorld.Verify(Intel, Quote, set, times: new AppraisalTimes(At, At.AddDays(5))).Facts!.TcbStatus);
        Assert.Equal("OutOfDate", DcapWorld.Verify(Intel, Quote, set, times: new AppraisalTimes(At, At.AddDays(6))).Facts!.TcbStatus);
    }

    [Fact]
    public void The_newest_that_holds_is_taken_by_number_and_then_by_date()
    {
        CollateralItem Info(int number, int day, string status, SyntheticCertificate? signer = null) =>
            Intel.TcbInfo(new SyntheticTcbInfo { EvaluationNumber = number, IssueDate = At.AddDays(day), Levels = [SyntheticTcbLevel.Of(5, 13, 5, 3, status)] }, signer);
        string Status(params CollateralItem[] pieces) => DcapWorld.Verify(Intel, Quote, With(pieces)).Facts!.TcbStatus!;
        Assert.Equal("OutOfDate", Status(Info(17, -1, "UpToDate"), Info(18, -5, "OutOfDate")));
        Assert.Equal("OutOfDate", Status(Info(18, -5, "OutOfDate"), Info(17, -1, "UpToDate")));
        Assert.Equal("OutOfDate", Status(Info(18, -5, "UpToDate"), Info(18, -4, "OutOfDate")));
        Assert.Equal("UpToDate", Status(Info(18, -5, "UpToDate"), Info(19, -4, "OutOfDate", Intel.Pck)));
        Assert.Equal("UpToDate", Status(Info(18, -5, "UpToDate"), Info(19, 1, "OutOfDate")));
    }

    [Fact]
    public void Signed_bytes_are_those_that_stand_there()
    {
        string json = new SyntheticTcbInfo().ToJson();
        CollateralItem Item(byte[] bytes) => new(CollateralKind.IntelTcbInfo, bytes);
        Assert.Null(Collateral(Item(Intel.Statement("tcbInfo", json.Replace("\":", "\" : ", StringComparison.Ordinal)))));
        string good = Encoding.UTF8.GetString(Intel.Statement("tcbInfo", json));
        Assert.Null(Collateral(Item(Encoding.UTF8.GetBytes("{ " + good[1..^1].Replace(",\"signature\":", " ,\n \"signature\" : ", StringComparison.Ordinal) + "}\n"))));
        Assert.Equal(DcapErrors.TcbInfoSignature, Collateral(Item(Encoding.UTF8.GetBytes(good.Replace("\"version\":3", "\"version\": 3", StringComparison.Ordinal)))));
        Assert.Equal(DcapErrors.TcbInfoSignature, Collateral(Item(Encoding.UTF8.GetBytes(good.Replace("OutOfDate", "UpToDate", StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData(",\"fmspc\":\"90C06F000000\"")]
    [InlineData(",\"tcbType\":0")]
    [InlineData(",\"\\u0069d\":\"TDX\"")]
    [InlineData(",\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]")]
    [InlineData(",\"a\":\"\\ud800\",\"\\ud800\":1,\"\\ud800\":1")]
    public void Repeated_members_and_deep_ones_are_refused(string extra) =>
        Assert.Equal(DcapErrors.TcbInfoForm, Collateral(Intel.TcbInfo(new SyntheticTcbInfo { Extra = extra })));

    [Fact]
    public void Members_of_later_are_passed_over() => Assert.Null(Collateral(Intel.TcbInfo(new SyntheticTcbInfo { Extra = ",\"later\":{\"a\":[1,null,true]}" })));

    [Fact]
    public void A_wrapper_has_two_members_and_nothing_after_it()
    {
        string good = Encoding.UTF8.GetString(Intel.Statement("tcbInfo", new SyntheticTcbInfo().ToJson()));
        string[] bad =
        [
            good + "x", good + "{}", good[..^1] + ",\"x\":1}", good[..^1] + good[good.IndexOf(",\"signature", StringComparison.Ordinal)..], "[" + good + "]", good[..^3] + "\"}",
            good.Replace("\"signature\":\"", "\"signature\":\"g", StringComparison.Ordinal), "\uFEFF" + good, "/**/" + good, good.Replace("tcbInfo", "TcbInfo", StringComparison.Ordinal), "",
        ];
        Assert.All(bad, static text => Assert.Equal(DcapErrors.TcbInfoForm, Collateral(new CollateralItem(CollateralKind.IntelTcbInfo, text.Length == 0 ? new byte[] { 32 } : Encoding.UTF8.GetBytes(text)))));
    }

    [Fact]
    public void Other_quoting_enclaves_are_refused()
    {
        string? Signer(SyntheticQuote quote) => DcapWorld.Detail(DcapWorld.Verify(Intel, Intel.Quote(quote), Intel.Collateral), StepCodes.Signer);
        Assert.Null(Signer(new SyntheticQuote()));
        Assert.Equal(DcapErrors.QeIdentity, Signer(new SyntheticQuote { QeMrSigner = [1, .. new byte[31]] }));
        Assert.Equal(DcapErrors.QeIdentity, Signer(new SyntheticQuote { QeIsvProdId = 1 }));
        Assert.Equal(DcapErrors.QeIdentity, Signer(new SyntheticQuote { QeAttributes = 0x17 }));
        Assert.Equal(DcapErrors.QeIdentity, Signer(new SyntheticQuote { QeAttributes = 0x05 }));
        Assert.Equal(DcapErrors.QeIdentity, Signer(new SyntheticQuote { QeMiscSelect = 1 }));
        Assert.Equal(DcapErrors.QeIdentity, Signer(new SyntheticQuote { QeMiscSelect = 0x01000000 }));
    }

    [Fact]
    public void Nothing_of_another_root_stands_in_for_a_piece()
    {
        // Each kind of piece of another Intel in turn, with and without its signer.
        SyntheticIntel other = new();
        foreach (CollateralKind kind in Enum.GetValues<CollateralKind>())
        {
            CollateralItem[] foreign = [.. other.Collateral.Items.Where(item => item.Kind == kind)];
            foreach (bool signer in (bool[])[false, true])
            {
                CollateralSet set = CollateralSet.Of([.. Intel.Collateral.Items.Where(item => item.Kind != kind), .. foreign, .. signer ? [other.Signer()] : Array.Empty<CollateralItem>()]);
                Assert.Contains(DcapWorld.Verify(Intel, Quote, set).Steps, static step => step.Result == CheckResult.Fail);
                Assert.All(DcapWorld.Verify(Intel, Quote, CollateralSet.Of([.. Intel.Collateral.Items, .. foreign])).Steps, static step => Assert.Equal(CheckResult.Pass, step.Result));
            }
        }
    }

    private static CollateralSet With(params CollateralItem[] pieces) => DcapWorld.With(Intel, pieces);

    private static string? Collateral(params CollateralItem[] pieces) => Detail(With(pieces), StepCodes.Collateral);

    private static string? Detail(CollateralSet set, string step, AppraisalTimes? times = null) => DcapWorld.Detail(DcapWorld.Verify(Intel, Quote, set, times: times), step);

    private static CheckResult Result(CollateralSet set, AppraisalTimes times) => DcapVectorTests.Step(DcapWorld.Verify(Intel, Quote, set, times: times), StepCodes.Collateral).Result;
}
