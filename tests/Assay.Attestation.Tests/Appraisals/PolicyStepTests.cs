using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Attestation.Tests;

/// <summary>The policy's steps over facts as verifiers of all types give them.</summary>
public sealed class PolicyStepTests
{
    private static readonly DateTimeOffset At = SimulatedNode.At;
    private static readonly Es256Signer Key = SimulatedNode.NewSigner();
    private static readonly TeeBinding Binding = TeeBinding.Create(new byte[32], Key.PublicKey, [], Digest32.Sha256([1]), "assay 1", At);
    private static readonly byte[] Register = Convert.FromHexString(PolicyTexts.Register);

    [Fact]
    public void Hardware_is_accepted_where_the_policy_names_build_grade_and_product()
    {
        Appraisal appraisal = Appraise(Snp(), "operator-held");
        Assert.True(appraisal.Outcome == AppraisalOutcome.Accepted, SimulatedNode.Describe(appraisal));
        Assert.Equal(Grade.OperatorHeld, appraisal.Grade);
        Assert.Contains(appraisal.Assumptions, static assumption => assumption.Code == "tee/physical-access" && assumption.Attacks.Contains("Battering RAM (2025)"));
    }

    [Fact]
    public void The_default_grade_refuses_an_operators_own_machine_unless_an_endorser_says_who_holds_it()
    {
        EvidenceFacts facts = Snp();
        SimulatedNode.AssertFails(Appraise(facts, "third-party-hosted"), StepCodes.Platform, AppraisalErrors.Grade);
        PlatformEndorsement good = PlatformEndorsement.Create(facts.Platform.Digest, "Example Hosting", At, At.AddDays(1), Key);
        Appraisal hosted = Appraise(facts, "third-party-hosted", endorsements: [good]);
        Assert.Equal(AppraisalOutcome.Accepted, hosted.Outcome);
        Assert.Equal("Example Hosting", hosted.Host!.Host);
        Assert.Contains(hosted.Assumptions, static assumption => assumption.Sentence.StartsWith("Example Hosting holds", StringComparison.Ordinal));

        // Of another platform, of another time, with a signature that doesn't hold.
        PlatformEndorsement other = PlatformEndorsement.Create(Digest32.Sha256([9]), "Example Hosting", At, At.AddDays(1), Key);
        PlatformEndorsement over = PlatformEndorsement.Create(facts.Platform.Digest, "Example Hosting", At.AddDays(-1), At, Key);
        SimulatedNode.AssertFails(Appraise(facts, "third-party-hosted", endorsements: [other, over, good with { Host = "X" }]), StepCodes.Platform, AppraisalErrors.Grade);
    }

    [Fact]
    public void Nobody_holds_a_machine_that_only_forged_evidence_names()
    {
        PlatformEndorsement good = PlatformEndorsement.Create(Snp().Platform.Digest, "Example Hosting", At, At.AddDays(1), Key);
        Appraisal forged = Appraise(Snp(), "third-party-hosted", changed: new AppraisalStep(StepCodes.Signature, CheckResult.Fail, "snp/signature"), endorsements: [good]);
        Assert.Equal(AppraisalOutcome.Rejected, forged.Outcome);
        Assert.Equal(Grade.OperatorHeld, forged.Grade);
        Assert.Null(forged.Host);
    }

    [Fact]
    public void A_mode_must_be_named_and_a_debug_mode_cannot_be()
    {
        EvidenceFacts user = Snp() with { Modes = ["snp/vmpl-1"] };
        SimulatedNode.AssertFails(Appraise(user), StepCodes.Mode, "snp/vmpl-1");
        Assert.Equal(AppraisalOutcome.Accepted, Appraise(user, accept: "\"snp/vmpl-1\"").Outcome);
        SimulatedNode.AssertFails(Appraise(Snp() with { Modes = ["snp/vmpl-1", "snp/debug"] }, accept: "\"snp/vmpl-1\""), StepCodes.Mode, "snp/debug");
    }

    [Theory]
    [InlineData("\"Genoa\":{\"snp\":23}", null)]
    [InlineData("\"Genoa\":{\"snp\":24}", AppraisalErrors.FloorBelow)]
    [InlineData("\"Genoa\":{\"fmc\":0}", AppraisalErrors.FloorBelow)]
    [InlineData("\"Turin\":{\"snp\":1}", AppraisalErrors.FloorProduct)]
    public void Floors_hold_by_product_and_component(string floors, string? fault)
    {
        Appraisal appraisal = Appraise(Snp(), rules: $",\"floors\":{{{floors}}}");
        if (fault is null)
        {
            Assert.Equal(AppraisalOutcome.Accepted, appraisal.Outcome);
        }
        else
        {
            SimulatedNode.AssertFails(appraisal, StepCodes.Floor, fault);
        }
    }

    [Theory]
    [InlineData("UpToDate", "", "", null)]
    [InlineData("UpToDate", "A-1", "", null)]
    [InlineData("OutOfDate", "", "", AppraisalErrors.Status)]
    [InlineData("SWHardeningNeeded", "A-1", "", AppraisalErrors.Status)]
    [InlineData("SWHardeningNeeded", "A-1", ",\"statuses\":[\"UpToDate\",\"SWHardeningNeeded\"]", AppraisalErrors.Advisory)]
    [InlineData("SWHardeningNeeded", "A-1 A-2", ",\"statuses\":[\"SWHardeningNeeded\"],\"advisories\":[\"A-1\"]", AppraisalErrors.Advisory)]
    [InlineData("SWHardeningNeeded", "A-1", ",\"statuses\":[\"SWHardeningNeeded\"],\"advisories\":[\"A-1\",\"A-2\"]", null)]
    [InlineData("UpToDate", "", ",\"evaluationNumber\":19", null)]
    [InlineData("UpToDate", "", ",\"evaluationNumber\":20", AppraisalErrors.EvaluationNumber)]
    [InlineData("Revoked", "", "", AppraisalErrors.Status)]
    [InlineData("Whatever", "", "", AppraisalErrors.Status)]
    public void Intels_status_advisories_and_evaluation_number(string status, string advisories, string rules, string? fault)
    {
        EvidenceFacts facts = Tdx() with { TcbStatus = status, Advisories = [.. advisories.Split(' ', StringSplitOptions.RemoveEmptyEntries)], TcbEvaluationNumber = 19 };
        Appraisal appraisal = Appraise(facts, rules: rules);
        Assert.Equal(fault is null ? AppraisalOutcome.Accepted : AppraisalOutcome.Rejected, appraisal.Outcome);
        Assert.Equal(fault, appraisal.Reason);
    }

    [Fact]
    public void A_status_that_nobody_stated_is_not_evaluated_and_cannot_be_accepted()
    {
        Appraisal appraisal = Appraise(Tdx());
        Assert.Equal(AppraisalOutcome.NotEvaluated, appraisal.Outcome);
        Assert.Equal(AppraisalErrors.NoStatus, appraisal.Reason);
        Appraisal unevaluated = Appraise(Tdx() with { TcbStatus = "UpToDate" }, rules: ",\"evaluationNumber\":1");
        Assert.Equal(AppraisalErrors.EvaluationNumber, unevaluated.Reason);
    }

    [Fact]
    public void A_step_that_was_not_evaluated_counts_where_its_code_is_named_and_a_failed_one_never()
    {
        AppraisalStep open = new(StepCodes.Revocation, CheckResult.NotEvaluated, "snp/no-crl");
        Appraisal without = Appraise(Snp(), changed: open);
        Assert.Equal(AppraisalOutcome.NotEvaluated, without.Outcome);
        Assert.Equal("snp/no-crl", without.Reason);
        Assert.Equal(AppraisalOutcome.Accepted, Appraise(Snp(), accept: "\"snp/no-crl\"", changed: open).Outcome);
        Appraisal failed = Appraise(Snp(), accept: "\"snp/no-crl\"", changed: new AppraisalStep(StepCodes.Revocation, CheckResult.Fail, "snp/no-crl"));
        Assert.Equal(AppraisalOutcome.Rejected, failed.Outcome);
        Assert.All(failed.Steps.Where(static step => StepCodes.All.IndexOf(step.Code) >= StepCodes.All.IndexOf(StepCodes.Policy)), static step => Assert.Equal(CheckResult.NotEvaluated, step.Result));
    }

    [Fact]
    public void A_step_that_a_verifier_left_out_is_not_a_step_that_passed()
    {
        AttestationEvidence evidence = AttestationEvidence.Create(EvidenceType.AmdSevSnp, [1], Binding.Bytes.Span);
        AppraisalInput input = new() { Evidence = evidence, Policies = [Policy(EvidenceType.AmdSevSnp, "operator-held", "", "")], Times = AppraisalTimes.Of(At) };
        foreach (string left in Steps(EvidenceType.AmdSevSnp).Select(static step => step.Code))
        {
            Appraisal appraisal = Appraiser.Appraise(input, new EvidenceReport([.. Steps(EvidenceType.AmdSevSnp).Where(step => step.Code != left)], Snp()));
            Assert.Equal(AppraisalOutcome.NotEvaluated, appraisal.Outcome);
        }
    }

    [Fact]
    public void A_pinned_register_that_is_missing_or_zero_is_not_that_build()
    {
        EvidenceFacts facts = Nitro();
        Assert.Equal(AppraisalOutcome.Accepted, Appraise(facts, "third-party-hosted").Outcome);
        SimulatedNode.AssertFails(Appraise(facts with { Measurements = facts.Measurements[..2] }, "third-party-hosted"), StepCodes.Build, AppraisalErrors.Build);
        SimulatedNode.AssertFails(Appraise(facts with { Measurements = [] }, "third-party-hosted"), StepCodes.Build, AppraisalErrors.Build);
        ImmutableArray<Measurement> zero = [.. facts.Measurements.Select(static register => register with { Value = new byte[48] })];
        SimulatedNode.AssertFails(Appraise(facts with { Measurements = zero }, "third-party-hosted"), StepCodes.Build, AppraisalErrors.Build);
    }

    [Fact]
    public void Nitros_nonce_and_public_key_are_the_bindings()
    {
        EvidenceFacts facts = Nitro();
        Assert.Equal(Key.PublicKey.Thumbprint(), Thumbprint(facts.PublicKey.Span));
        foreach (EvidenceFacts changed in new[] { facts with { Nonce = default }, facts with { PublicKey = default }, facts with { PublicKey = Key.PublicKey.ToArray() }, facts with { ReportData = Binding.Digest[..32] } })
        {
            SimulatedNode.AssertFails(Appraise(changed, "third-party-hosted"), StepCodes.Binding, AppraisalErrors.BindingDiffers);
        }
    }

    [Fact]
    public void A_platform_that_hides_its_identity_is_on_nobodys_list()
    {
        EvidenceFacts hidden = Snp() with { Platform = new PlatformIdentity("amd-chip", ReadOnlyMemory<byte>.Empty) };
        Assert.Equal(AppraisalOutcome.Accepted, Appraise(hidden).Outcome);
        AttestationPolicy listed = Policy(EvidenceType.AmdSevSnp, "operator-held", "", "", $",\"platforms\":{{\"allow\":[\"{hidden.Platform.Digest}\"]}}");
        SimulatedNode.AssertFails(Appraise(hidden, policy: listed), StepCodes.Platform, AppraisalErrors.PlatformNotAllowed);
    }

    [Fact]
    public void Every_type_grade_and_product_says_what_it_assumes()
    {
        foreach (EvidenceType type in Enum.GetValues<EvidenceType>())
        {
            ImmutableArray<AppraisalAssumption> list = Assumptions.Of(type, Grade.OperatorHeld, null, null);
            Assert.True(list.Length >= 2);
            Assert.All(list, static assumption => Assert.StartsWith("tee/", assumption.Code, StringComparison.Ordinal));
            Assert.Equal(list.Length, list.Select(static assumption => assumption.Code).Distinct().Count());
        }

        Assert.Contains(Assumptions.Of(EvidenceType.AmdSevSnp, Grade.OperatorHeld, null, Snp() with { Product = "Milan" }), static assumption => assumption.Code == "tee/root-seed");
        Assert.DoesNotContain(Assumptions.Of(EvidenceType.AmdSevSnp, Grade.OperatorHeld, null, Snp()), static assumption => assumption.Code == "tee/root-seed");
    }

    private static Digest32 Thumbprint(ReadOnlySpan<byte> spki)
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out int read);
        Assert.Equal(spki.Length, read);
        System.Security.Cryptography.ECParameters parameters = key.ExportParameters(false);
        return P256PublicKey.TryFrom([.. parameters.Q.X!, .. parameters.Q.Y!], out P256PublicKey made) ? made.Thumbprint() : default;
    }

    private static EvidenceFacts Snp() => new()
    {
        Type = EvidenceType.AmdSevSnp,
        ReportData = Binding.Digest,
        Measurements = [new Measurement("measurement", Register)],
        Modes = [],
        Product = "Genoa",
        Tcb = [new TcbComponent("bootloader", 10), new TcbComponent("snp", 23)],
        Platform = new PlatformIdentity("amd-chip", new byte[] { 7 }),
    };

    private static EvidenceFacts Tdx() => Snp() with
    {
        Type = EvidenceType.IntelTdx,
        Measurements = [.. new[] { "mrtd", "rtmr0", "rtmr1", "rtmr2" }.Select(static name => new Measurement(name, Register))],
        Product = "90c06f000000",
        Platform = new PlatformIdentity("intel-platform", new byte[] { 7 }),
    };

    private static EvidenceFacts Nitro() => Snp() with
    {
        Type = EvidenceType.AwsNitro,
        Nonce = Binding.Nonce,
        PublicKey = Key.PublicKey.ToSubjectPublicKeyInfo(),
        Measurements = [.. new[] { "pcr0", "pcr1", "pcr2" }.Select(static name => new Measurement(name, Register))],
        Product = null,
        Tcb = [],
        Time = At,
        Platform = new PlatformIdentity("nitro-module", new byte[] { 7 }),
    };

    private static ImmutableArray<AppraisalStep> Steps(EvidenceType type) =>
        [.. StepCodes.All.Take(StepCodes.All.IndexOf(StepCodes.Policy)).Where(code => type != EvidenceType.AmdSevSnp || code != StepCodes.Collateral).Select(static code => new AppraisalStep(code, CheckResult.Pass, null))];

    private static Appraisal Appraise(
        EvidenceFacts facts, string grade = "operator-held", string accept = "", string rules = "", AppraisalStep? changed = null, PlatformEndorsement[]? endorsements = null, AttestationPolicy? policy = null)
    {
        AppraisalInput input = new()
        {
            Evidence = AttestationEvidence.Create(facts.Type, [1], Binding.Bytes.Span),
            Policies = [policy ?? Policy(facts.Type, grade, accept, rules)],
            Times = AppraisalTimes.Of(At),
            PlatformEndorsements = endorsements ?? [],
        };
        return Appraiser.Appraise(input, new EvidenceReport([.. Steps(facts.Type).Select(step => step.Code == changed?.Code ? changed : step)], facts));
    }

    private static AttestationPolicy Policy(EvidenceType type, string grade, string accept, string rules, string platforms = "")
    {
        string registers = string.Join(',', (type switch
        {
            EvidenceType.AwsNitro => new[] { "pcr0", "pcr1", "pcr2" },
            EvidenceType.IntelTdx => ["mrtd", "rtmr0", "rtmr1", "rtmr2"],
            _ => ["measurement"],
        }).Select(static name => $"\"{name}\":\"{PolicyTexts.Register}\""));
        string name = EvidenceTypes.NameOf(type);
        return PolicyTexts.Read($"{{\"profile\":\"assay/attestation-policy/v1\",\"name\":\"t\",\"version\":1,\"grades\":[\"{grade}\"],\"builds\":[{{\"name\":\"b\",\"type\":\"{name}\",\"measurements\":{{{registers}}}}}],"
            + $"\"types\":{{\"{name}\":{{\"accept\":[{accept}]{rules}}}}}{platforms}}}");
    }
}
