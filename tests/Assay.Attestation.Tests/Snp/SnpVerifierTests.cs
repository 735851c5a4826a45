using Assay.Primitives;
using Assay.Testing.Attestation;

namespace Assay.Attestation.Tests.Snp;

public sealed class SnpVerifierTests
{
    private static readonly SnpPki Milan = new("Milan");
    private static readonly SnpPki Genoa = new("Genoa");
    private static readonly SnpPki Turin = new("Turin");

    public static TheoryData<string, uint> Products => new()
    {
        { "Milan", 2 }, { "Milan", 3 }, { "Milan", 5 }, { "Genoa", 2 }, { "Genoa", 3 }, { "Genoa", 5 }, { "Turin", 2 }, { "Turin", 3 }, { "Turin", 5 },
    };

    [Theory]
    [MemberData(nameof(Products))]
    public void Reports_of_all_versions_and_products_verify_with_keys_of_both_kinds(string product, uint version)
    {
        SnpPki pki = Of(product);
        EvidenceReport chip = Verify(pki, pki.Report with { Version = version });
        SnpVectors.Passes(chip);
        Assert.Equal(product, chip.Facts!.Product);
        Assert.Equal(pki.ChipId, chip.Facts.Platform.Value.ToArray());
        Assert.Equal(pki.IsTurin ? 1u : null, chip.Facts.Tcb.FirstOrDefault(static part => part.Name == "fmc")?.Value);
        Assert.Equal(84u, chip.Facts.Tcb.Single(static part => part.Name == "microcode").Value);
        SnpVectors.Passes(Verify(pki, pki.Report with { Version = version }, pki.Vcek with { WrapsHwid = true }));

        EvidenceReport cloud = Verify(pki, pki.Report with { Version = version, Flags = 4, ChipId = new byte[64] }, pki.Vlek);
        SnpVectors.Passes(cloud);
        Assert.Equal("amd-csp", cloud.Facts!.Platform.Kind);
        Assert.Contains(SnpCodes.Vlek, cloud.Facts.Modes);
    }

    [Fact]
    public void Version_4_is_refused_by_name() => SnpVectors.Stops(Verify(Genoa, Genoa.Report with { Version = 4 }), StepCodes.Parse, SnpCodes.Version4);

    [Theory]
    [InlineData(0xB011FUL, 0u, 0x25UL, "snp/debug")]
    [InlineData(0x7011FUL, 0u, 0x25UL, "snp/migration-agent")]
    [InlineData(0x23011FUL, 0u, 0x25UL, "snp/cxl")]
    [InlineData(0x403011FUL, 0u, 0x25UL, "snp/guest-policy-unknown")]
    [InlineData(0x800000000003011FUL, 0u, 0x25UL, "snp/guest-policy-unknown")]
    [InlineData(0x3011FUL, 1u, 0x25UL, "snp/vmpl-1")]
    [InlineData(0x3011FUL, 2u, 0x25UL, "snp/vmpl-2")]
    [InlineData(0x3011FUL, 3u, 0x25UL, "snp/vmpl-3")]
    [InlineData(0x3011FUL, 0xFFFFFFFFu, 0x25UL, "snp/vmpl-host")]
    [InlineData(0x3011FUL, 0u, 0x05UL, "snp/no-alias-check")]
    [InlineData(0x2011FUL, 0u, 0x24UL, "")]
    [InlineData(0x13011FUL, 0u, 0xE7UL, "")]
    public void Modes_that_a_policy_must_accept_by_name(ulong policy, uint vmpl, ulong platform, string mode)
    {
        EvidenceReport report = Verify(Genoa, Genoa.Report with { Policy = policy, Vmpl = vmpl, PlatformInfo = platform });
        SnpVectors.Passes(report);
        Assert.Equal(mode, string.Join(' ', report.Facts!.Modes));
    }

    [Fact]
    public void A_chip_that_hides_itself_is_named_by_its_certificate_and_a_mode_says_so()
    {
        EvidenceReport report = Verify(Turin, Turin.Report with { ChipId = new byte[64] });
        SnpVectors.Passes(report);
        Assert.Equal([SnpCodes.MaskedChip], report.Facts!.Modes.ToArray());
        Assert.Equal(Turin.ChipId, report.Facts.Platform.Value.ToArray());
    }

    [Fact]
    public void A_report_that_isnt_signed_or_has_no_certificate_goes_no_further()
    {
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { Flags = 0x1C }), StepCodes.Signature, SnpCodes.NotSigned);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { Flags = 0x1E }), StepCodes.Signature, SnpCodes.NotSigned);
        byte[] report = Genoa.Report.Sign(Genoa.VekKey);
        SnpVectors.Stops(Verify(Genoa, report, Genoa.Collateral()), StepCodes.Signature, SnpCodes.NoVek, CheckResult.NotEvaluated);
        SnpVectors.Stops(Verify(Genoa, report, SnpVectors.Certificates([1, 2, 3])), StepCodes.Signature, SnpCodes.NoVek, CheckResult.NotEvaluated);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report.Sign(SyntheticKey.P384()), Genoa.Collateral(Genoa.Issue(Genoa.Vcek))), StepCodes.Signature, SnpCodes.Signature);
    }

    [Fact]
    public void Who_signed_must_be_who_the_report_says()
    {
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { Flags = 4 }), StepCodes.Signer, SnpCodes.KeyKind);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report, Genoa.Vlek), StepCodes.Signer, SnpCodes.KeyKind);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report, Genoa.Vcek with { Product = "Milan-B0" }), StepCodes.Signer, SnpCodes.Product);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report, Genoa.Vcek with { Product = "Venice" }), StepCodes.Signer, SnpCodes.Product);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { ChipId = [.. Genoa.ChipId[..63], 0] }), StepCodes.Signer, SnpCodes.Chip);
        SnpVectors.Stops(Verify(Turin, Turin.Report with { ChipId = [.. Turin.ChipId[..63], 1] }), StepCodes.Signer, SnpCodes.Chip);
        SnpVectors.Stops(Verify(Turin, Turin.Report with { ChipId = [.. Turin.ChipId[..7], .. new byte[57]] }), StepCodes.Signer, SnpCodes.Chip);
    }

    [Fact]
    public void Another_product_has_another_root()
    {
        // A report that names a processor of another product than its certificates, and one that names none that is known.
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { Cpu = Milan.Report.Cpu }), StepCodes.Chain, CertificateErrors.Anchor);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { Cpu = [0x19, 0x77, 0] }), StepCodes.Chain, SnpCodes.UnknownProduct);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { Version = 2 }, Genoa.Vcek with { Product = "Venice-A0" }), StepCodes.Chain, SnpCodes.UnknownProduct);

        // Genoa's chain under trust in the same root for Milan: names of intermediates are the product's.
        EvidenceReport report = EvidenceVerifier.Verify(
            EvidenceType.AmdSevSnp, (Genoa.Report with { Cpu = Milan.Report.Cpu }).Sign(Genoa.VekKey), Genoa.Collateral(Genoa.Issue(Genoa.Vcek)), Genoa.AnchorsFor("Milan"), Now);
        SnpVectors.Stops(report, StepCodes.Chain, CertificateErrors.Role);
    }

    [Fact]
    public void Keys_of_one_kind_arent_vouched_for_by_the_intermediate_of_the_other()
    {
        SnpVectors.Stops(Verify(Genoa, Genoa.Report.Sign(Genoa.VekKey), Genoa.Collateral(Genoa.Issue(Genoa.Vcek, Genoa.Asvk))), StepCodes.Chain, CertificateErrors.Role);
        SnpVectors.Stops(Verify(Genoa, (Genoa.Report with { Flags = 4 }).Sign(Genoa.VekKey), Genoa.Collateral(Genoa.Issue(Genoa.Vlek, Genoa.Ask))), StepCodes.Chain, CertificateErrors.Role);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report, Genoa.Vcek with { CommonName = "SEV-VLEK" }), StepCodes.Chain, CertificateErrors.Role);

        // By the root itself; by a key that the root never signed; by another key of the same name.
        SnpVectors.Stops(Verify(Genoa, Genoa.Report.Sign(Genoa.VekKey), Genoa.Collateral(Genoa.Issue(Genoa.Vcek, Genoa.Ark))), StepCodes.Chain, CertificateErrors.Anchor);
        SnpPki other = new("Genoa");
        CollateralSet forged = other.Collateral(other.Issue(other.Vcek), other.Ark.Der);
        byte[] report = other.Report.Sign(other.VekKey);
        SnpVectors.Stops(EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, report, forged, TrustAnchors.BuiltIn, Now), StepCodes.Chain, CertificateErrors.Anchor);
        SnpVectors.Passes(Verify(other, report, forged));
    }

    [Fact]
    public void Certificates_are_in_force_at_the_time_that_counts()
    {
        SnpVekTemplate brief = Genoa.Vcek with { Window = (SyntheticPki.At.AddDays(-1), SyntheticPki.At.AddDays(1)) };
        byte[] report = Genoa.Report.Sign(Genoa.VekKey);
        CollateralSet collateral = Genoa.Collateral(Genoa.Issue(brief));
        (int Seconds, string? Error)[] cases = [(-86401, CertificateErrors.NotYetValid), (-86400, null), (86400, null), (86401, CertificateErrors.Expired)];
        foreach ((int seconds, string? error) in cases)
        {
            EvidenceReport made = EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, report, collateral, Genoa.Anchors, AppraisalTimes.Of(SyntheticPki.At.AddSeconds(seconds)));
            Assert.Equal(error, made.Steps[2].Detail);
        }
    }

    [Fact]
    public void Security_versions_are_those_that_the_key_is_for_and_dont_contradict_each_other()
    {
        byte[] lower = [3, 1, 0, 0, 0, 0, 24, 84];
        byte[] higher = [5, 1, 0, 0, 0, 0, 24, 84];
        SnpVectors.Stops(Verify(Genoa, Genoa.Report, Genoa.Vcek with { Tcb = lower }), StepCodes.Tcb, SnpCodes.TcbCertificate);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report, Genoa.Vcek with { Tcb = higher }), StepCodes.Tcb, SnpCodes.TcbCertificate);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { CommittedTcb = lower }), StepCodes.Tcb, SnpCodes.TcbOrder);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { CommittedTcb = higher }), StepCodes.Tcb, SnpCodes.TcbOrder);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { CurrentTcb = lower }), StepCodes.Tcb, SnpCodes.TcbOrder);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report with { LaunchTcb = [4, 1, 1, 0, 0, 0, 24, 84] }), StepCodes.Tcb, SnpCodes.TcbReserved);
        SnpVectors.Stops(Verify(Turin, Turin.Report with { CurrentTcb = [1, 4, 1, 24, 1, 0, 0, 84] }), StepCodes.Tcb, SnpCodes.TcbReserved);
        SnpVectors.Stops(Verify(Turin, Turin.Report, Turin.Vcek with { Levels = new Dictionary<int, int?> { [9] = null } }), StepCodes.Tcb, SnpCodes.TcbCertificate);
        SnpVectors.Stops(Verify(Genoa, Genoa.Report, Genoa.Vcek with { Levels = new Dictionary<int, int?> { [9] = 0 } }), StepCodes.Tcb, SnpCodes.TcbCertificate);

        // What runs and what is committed may be newer; what the guest began with may be older, and is what floors are held against.
        EvidenceReport updated = Verify(Genoa, Genoa.Report with { CommittedTcb = higher, CurrentTcb = higher, LaunchTcb = lower });
        SnpVectors.Passes(updated);
        Assert.Equal(3u, updated.Facts!.Tcb.Single(static part => part.Name == "bootloader").Value);
    }

    [Fact]
    public void Firmware_before_1_51_doesnt_say_what_is_committed()
    {
        SnpReportTemplate old = Milan.Report with { Version = 2, CommittedTcb = new byte[8], LaunchTcb = new byte[8], Firmware = [0, 0, 0] };
        EvidenceReport report = Verify(Milan, old);
        SnpVectors.Passes(report);
        Assert.Equal(84u, report.Facts!.Tcb.Single(static part => part.Name == "microcode").Value);
        SnpVectors.Stops(Verify(Milan, old with { Version = 3 }), StepCodes.Tcb, SnpCodes.TcbOrder);
        SnpVectors.Stops(Verify(Milan, old with { Firmware = [1, 51, 1] }), StepCodes.Tcb, SnpCodes.TcbOrder);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(8, null)]
    [InlineData(1, 256)]
    [InlineData(2, -1)]
    [InlineData(4, 1)]
    [InlineData(7, 1)]
    public void A_certificate_with_levels_missing_or_out_of_range_is_no_endorsement_keys(int level, int? value)
    {
        SnpVekTemplate vek = Genoa.Vcek with { Levels = new Dictionary<int, int?> { [level] = value } };
        SnpVectors.Stops(Verify(Genoa, Genoa.Report, vek), StepCodes.Signature, SnpCodes.NoVek, CheckResult.NotEvaluated);
    }

    [Fact]
    public void A_certificate_of_a_chip_and_a_cloud_or_of_neither_is_no_endorsement_keys()
    {
        SnpVekTemplate[] odd = [Genoa.Vcek with { Csp = "CN=cloud.test" }, Genoa.Vcek with { Hwid = null }, Genoa.Vcek with { Hwid = new byte[63] }, Genoa.Vcek with { Hwid = new byte[9], WrapsHwid = true }, Genoa.Vlek with { Csp = "" }];
        Assert.All(odd, vek => SnpVectors.Stops(Verify(Genoa, Genoa.Report.Sign(Genoa.VekKey), Genoa.Collateral(Genoa.Issue(vek, Genoa.Ask))), StepCodes.Signature, SnpCodes.NoVek, CheckResult.NotEvaluated));
    }

    [Fact]
    public void The_key_is_found_in_a_pile_of_a_whole_fleet()
    {
        byte[] right = Genoa.Issue(Genoa.Vcek);
        List<byte[]> pile = [];
        for (byte chip = 0; chip < 30; chip++)
        {
            SnpPki other = new("Genoa");
            pile.Add(SyntheticPki.Issue(Genoa.Ask, other.VekKey, CertificateTemplate.Leaf("CN=x")).Der);
            pile.Add(other.Issue(other.Vcek with { Hwid = [.. Enumerable.Repeat(chip, 64)] }));
        }

        pile.Add(right);
        byte[] report = Genoa.Report.Sign(Genoa.VekKey);
        SnpVectors.Passes(Verify(Genoa, report, Genoa.Collateral([.. pile])));
        pile.Reverse();
        SnpVectors.Passes(Verify(Genoa, report, Genoa.Collateral([.. pile])));

        // The same key certified twice, once wrongly: the right one is found.
        SnpVectors.Passes(Verify(Genoa, report, Genoa.Collateral(Genoa.Issue(Genoa.Vcek with { Tcb = [9, 1, 0, 0, 0, 0, 24, 84] }), right)));
    }

    [Fact]
    public void Lists_of_the_root_revoke_intermediates()
    {
        byte[] report = Genoa.Report.Sign(Genoa.VekKey);
        byte[] vek = Genoa.Issue(Genoa.Vcek);
        CheckLists(report, vek, CheckResult.Pass, null, SyntheticPki.RevocationList(Genoa.Ark, []));
        CheckLists(report, vek, CheckResult.Fail, CertificateErrors.Revoked, SyntheticPki.RevocationList(Genoa.Ark, [[1, 0, 1]]));
        CheckLists(report, vek, CheckResult.Pass, null, SyntheticPki.RevocationList(Genoa.Ark, [[1, 0, 2]]));
        CheckLists(report, vek, CheckResult.Fail, CertificateErrors.Revoked, SyntheticPki.RevocationList(Genoa.Ark, [[1, 0, 1]]), SyntheticPki.RevocationList(Genoa.Ark, [], SyntheticPki.At.AddDays(-1)));
        CheckLists((Genoa.Report with { Flags = 4 }).Sign(Genoa.VekKey), Genoa.Issue(Genoa.Vlek), CheckResult.Fail, CertificateErrors.Revoked, SyntheticPki.RevocationList(Genoa.Ark, [[1, 0, 2]]));

        // Lists that don't count are as good as none: another root's, an intermediate's, from the future, run out, nonsense.
        CheckLists(report, vek, CheckResult.NotEvaluated, SnpCodes.NoCrl, SyntheticPki.RevocationList(Turin.Ark, [[1, 0, 1]]));
        CheckLists(report, vek, CheckResult.NotEvaluated, SnpCodes.NoCrl, SyntheticPki.RevocationList(Genoa.Ask, [[1, 0, 1]]));
        CheckLists(report, vek, CheckResult.NotEvaluated, SnpCodes.NoCrl, SyntheticPki.RevocationList(Genoa.Ark, [[1, 0, 1]], SyntheticPki.At.AddDays(1)));
        CheckLists(report, vek, CheckResult.NotEvaluated, SnpCodes.NoCrl, SyntheticPki.RevocationList(Genoa.Ark, [], SyntheticPki.At.AddDays(-9), SyntheticPki.At.AddDays(-1)));
        CheckLists(report, vek, CheckResult.NotEvaluated, SnpCodes.NoCrl, [1, 2, 3]);
    }

    private static AppraisalTimes Now { get; } = AppraisalTimes.Of(SyntheticPki.At);

    private static SnpPki Of(string product) => product switch { "Milan" => Milan, "Genoa" => Genoa, _ => Turin };

    private static void CheckLists(byte[] report, byte[] vek, CheckResult result, string? detail, params byte[][] lists)
    {
        CollateralSet collateral = CollateralSet.Of([.. Genoa.Collateral(vek).Items, .. lists.Select(static list => new CollateralItem(CollateralKind.RevocationList, list))]);
        EvidenceReport made = Verify(Genoa, report, collateral);
        Assert.Equal(new AppraisalStep(StepCodes.Revocation, result, detail), made.Steps[3]);
        Assert.Equal(result == CheckResult.NotEvaluated, made.Facts!.CollateralIssuedAt is null);
        Assert.Equal(CheckResult.Pass, made.Steps[5].Result);
    }

    private static EvidenceReport Verify(SnpPki pki, SnpReportTemplate report, SnpVekTemplate? vek = null) =>
        Verify(pki, report.Sign(pki.VekKey), pki.Collateral(pki.Issue(vek ?? pki.Vcek)));

    private static EvidenceReport Verify(SnpPki pki, byte[] report, CollateralSet collateral) =>
        EvidenceVerifier.Verify(EvidenceType.AmdSevSnp, report, collateral, pki.Anchors, Now);
}
