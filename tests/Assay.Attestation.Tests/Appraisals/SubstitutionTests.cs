using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Attestation.Tests;

/// <summary>What somebody may put in the place of the right evidence. Each is refused at the step that is there for it.</summary>
public sealed class SubstitutionTests
{
    [Fact]
    public void The_right_evidence_is_accepted_and_says_what_it_assumes()
    {
        using SimulatedNode node = new();
        Appraisal appraisal = node.Appraise(expected: node.Expectation with { Nonce = node.Nonce });
        Assert.True(appraisal.Outcome == AppraisalOutcome.Accepted, SimulatedNode.Describe(appraisal));
        Assert.Null(appraisal.Reason);
        Assert.Equal(Grade.Simulated, appraisal.Grade);
        Assert.Equal("assay test", appraisal.Build);
        Assert.Equal(
            [StepCodes.Parse, StepCodes.Signature, StepCodes.Chain, StepCodes.Policy, StepCodes.Mode, StepCodes.Build, StepCodes.Platform, StepCodes.Binding, StepCodes.Freshness],
            appraisal.Steps.Select(static step => step.Code));
        Assert.Contains(appraisal.Assumptions, static assumption => assumption.Code == "tee/simulated");
    }

    [Fact]
    public void Another_nodes_evidence()
    {
        using SimulatedNode node = new();
        using SimulatedNode other = new() { Root = node.Root, Node = Digest32.Sha256([2]) };
        SimulatedNode.AssertFails(node.Appraise(evidence: other.Evidence, expected: new BindingExpectation { Node = node.Node }), StepCodes.Binding, AppraisalErrors.BindingNode);
        SimulatedNode.AssertFails(node.Appraise(evidence: other.Evidence), StepCodes.Binding, AppraisalErrors.BindingKey);

        // Its report with our binding: the report doesn't carry that.
        AttestationEvidence mixed = AttestationEvidence.Create(EvidenceType.Simulator, other.Report, node.Binding.Bytes.Span);
        SimulatedNode.AssertFails(node.Appraise(evidence: mixed), StepCodes.Binding, AppraisalErrors.BindingDiffers);
    }

    [Fact]
    public void Another_key_and_another_key_configuration()
    {
        using SimulatedNode node = new();
        using Es256Signer other = SimulatedNode.NewSigner();
        SimulatedNode.AssertFails(node.Appraise(expected: node.Expectation with { Key = other.PublicKey }), StepCodes.Binding, AppraisalErrors.BindingKey);
        SimulatedNode.AssertFails(node.Appraise(expected: node.Expectation with { KeyConfig = new byte[] { 1, 2, 4 } }), StepCodes.Binding, AppraisalErrors.BindingKeyConfig);
        SimulatedNode.AssertFails(node.Appraise(expected: node.Expectation with { KeyConfig = ReadOnlyMemory<byte>.Empty }), StepCodes.Binding, AppraisalErrors.BindingKeyConfig);
    }

    [Fact]
    public void An_old_nonce_and_a_prefix_of_the_right_one()
    {
        using SimulatedNode node = new();
        SimulatedNode.AssertFails(node.Appraise(expected: node.Expectation with { Nonce = new byte[32] }), StepCodes.Freshness, AppraisalErrors.Nonce);
        SimulatedNode.AssertFails(node.Appraise(expected: node.Expectation with { Nonce = node.Nonce.AsMemory(0, 16) }), StepCodes.Freshness, AppraisalErrors.Nonce);
    }

    [Fact]
    public void Old_evidence_evidence_from_the_future_and_clocks_that_disagree()
    {
        using SimulatedNode node = new();
        Assert.Equal(AppraisalOutcome.Accepted, node.Appraise(at: SimulatedNode.At.AddHours(1)).Outcome);
        SimulatedNode.AssertFails(node.Appraise(at: SimulatedNode.At.AddHours(1).AddMilliseconds(1)), StepCodes.Freshness, AppraisalErrors.TooOld);
        Assert.Equal(AppraisalOutcome.Accepted, node.Appraise(at: SimulatedNode.At.AddMinutes(-5)).Outcome);
        SimulatedNode.AssertFails(node.Appraise(at: SimulatedNode.At.AddMinutes(-5).AddMilliseconds(-1)), StepCodes.Freshness, AppraisalErrors.FromFuture);

        // A binding that claims to be new under a report that was made long ago, and the other way round.
        using SimulatedNode early = new() { ReportTime = SimulatedNode.At.AddMinutes(-6) };
        SimulatedNode.AssertFails(early.Appraise(), StepCodes.Freshness, AppraisalErrors.ClocksDiffer);
        using SimulatedNode late = new() { BindingTime = SimulatedNode.At.AddMinutes(-6) };
        SimulatedNode.AssertFails(late.Appraise(expected: late.Expectation with { Nonce = late.Nonce }), StepCodes.Freshness, AppraisalErrors.ClocksDiffer);
    }

    [Fact]
    public void Another_build()
    {
        using SimulatedNode node = new();
        byte[] changed = [.. node.Measurement];
        changed[47] ^= 1;
        using SimulatedNode other = new() { Root = node.Root, Measurement = changed };
        SimulatedNode.AssertFails(other.Appraise(node.Policy()), StepCodes.Build, AppraisalErrors.Build);
    }

    [Fact]
    public void A_look_alike_root()
    {
        using SimulatedNode node = new();
        using SimulatedNode forged = new();
        SimulatedNode.AssertFails(forged.Appraise(node.Policy()), StepCodes.Policy, AppraisalErrors.SimulatorRoot);
    }

    [Fact]
    public void The_simulator_presented_as_hardware_and_hardware_as_the_simulator()
    {
        using SimulatedNode node = new();
        foreach (EvidenceType type in Enum.GetValues<EvidenceType>().Where(static type => type != EvidenceType.Simulator))
        {
            Appraisal appraisal = node.Appraise(PolicyTexts.Read(PolicyTexts.Example), AttestationEvidence.Create(type, node.Report, node.Binding.Bytes.Span));
            Assert.NotEqual(AppraisalOutcome.Accepted, appraisal.Outcome);
            Assert.Equal(StepCodes.Parse, appraisal.Steps.First(static step => step.Result != CheckResult.Pass).Code);
            Assert.DoesNotContain(appraisal.Assumptions, static assumption => assumption.Code == "tee/simulated");
        }

        byte[] document = Vectors.Read("nitro/veracruz-2022-11-09.cbor");
        Appraisal hardware = node.Appraise(evidence: AttestationEvidence.Create(EvidenceType.Simulator, document, node.Binding.Bytes.Span));
        Assert.Equal(AppraisalOutcome.Rejected, hardware.Outcome);
        Assert.Equal(CheckResult.Fail, hardware.Steps[0].Result);
        Assert.Equal(Grade.Simulated, hardware.Grade);
    }

    [Fact]
    public void The_simulator_under_a_policy_for_hardware()
    {
        using SimulatedNode node = new();
        SimulatedNode.AssertFails(node.Appraise(PolicyTexts.Read(PolicyTexts.Example)), StepCodes.Policy, AppraisalErrors.PolicyType);
    }

    [Fact]
    public void A_policy_that_is_not_in_force()
    {
        using SimulatedNode node = new();
        AttestationPolicy later = node.Policy(static text => text.Replace("\"version\":1", "\"version\":1,\"notBefore\":\"2026-11-21T20:00:01Z\"", StringComparison.Ordinal));
        AttestationPolicy over = node.Policy(static text => text.Replace("\"version\":1", "\"version\":1,\"notAfter\":\"2026-11-21T20:00:00Z\"", StringComparison.Ordinal));
        SimulatedNode.AssertFails(node.Appraise(later), StepCodes.Policy, AppraisalErrors.PolicyNotYet);
        SimulatedNode.AssertFails(node.Appraise(over), StepCodes.Policy, AppraisalErrors.PolicyExpired);
    }

    [Fact]
    public void A_refused_platform_and_one_that_is_not_listed()
    {
        using SimulatedNode node = new();
        string digest = new PlatformIdentity("simulator", node.Platform).Digest.ToString();
        AttestationPolicy refused = node.Policy(text => text.Replace("\"refuse\":[]", $"\"refuse\":[\"{digest}\"]", StringComparison.Ordinal));
        AttestationPolicy listed = node.Policy(text => text.Replace("\"refuse\":[]", $"\"allow\":[\"{digest}\"]", StringComparison.Ordinal));
        AttestationPolicy others = node.Policy(text => text.Replace("\"refuse\":[]", $"\"allow\":[\"{new string('1', 64)}\"]", StringComparison.Ordinal));
        SimulatedNode.AssertFails(node.Appraise(refused), StepCodes.Platform, AppraisalErrors.PlatformRefused);
        SimulatedNode.AssertFails(node.Appraise(others), StepCodes.Platform, AppraisalErrors.PlatformNotAllowed);
        Assert.Equal(AppraisalOutcome.Accepted, node.Appraise(listed).Outcome);
    }

    [Fact]
    public void Of_several_policies_one_that_accepts_is_enough_and_none_is_not()
    {
        using SimulatedNode node = new();
        AppraisalInput input = new()
        {
            Evidence = node.Evidence,
            Policies = [PolicyTexts.Read(PolicyTexts.Example), node.Policy()],
            Times = AppraisalTimes.Of(SimulatedNode.At),
        };
        Assert.Equal("test", Appraiser.Appraise(input).Policy!.Name);
        Assert.Equal(AppraisalOutcome.Accepted, Appraiser.Appraise(input).Outcome);
        Appraisal without = Appraiser.Appraise(input with { Policies = [] });
        Assert.Equal(AppraisalOutcome.NotEvaluated, without.Outcome);
        Assert.Equal(AppraisalErrors.NoPolicy, without.Reason);
        Assert.Null(without.Policy);
    }

    [Fact]
    public void A_binding_that_cannot_be_read()
    {
        using SimulatedNode node = new();
        Appraisal appraisal = node.Appraise(evidence: AttestationEvidence.Create(EvidenceType.Simulator, node.Report, [0xA0]));
        Assert.Equal(AppraisalOutcome.Rejected, appraisal.Outcome);
        Assert.Equal(StepCodes.Binding, appraisal.Steps.First(static step => step.Result == CheckResult.Fail).Code);
        Assert.Null(appraisal.Binding);
    }
}
