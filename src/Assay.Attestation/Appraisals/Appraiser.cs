using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>Appraises evidence (RFC 9334): verifies it by its vendor's rules, and holds it against policies. Never throws for what the bytes say.</summary>
public static class Appraiser
{
    /// <summary>Makes all steps and says what they come to.</summary>
    public static Appraisal Appraise(AppraisalInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Appraise(input, EvidenceVerifier.Verify(input.Evidence.Type, input.Evidence.Evidence, input.Collateral, input.Anchors, input.Times));
    }

    /// <summary>The same, of evidence whose vendor's steps were made before.</summary>
    internal static Appraisal Appraise(AppraisalInput input, EvidenceReport report)
    {
        EvidenceType type = input.Evidence.Type;
        report = report with { Steps = Complete(type, report.Steps) };
        PlatformEndorsement? host = HostOf(input, report);
        Grade grade = GradeOf(type, host);
        Candidate best = Candidate.Of(null, type, [.. report.Steps, .. WithoutPolicy(type)], null);
        foreach (AttestationPolicy policy in input.Policies)
        {
            ImmutableArray<AppraisalStep> steps = PolicyAppraiser.Appraise(input, report, policy, grade, out string? build);
            Candidate candidate = Candidate.Of(policy, type, [.. report.Steps, .. steps], build);
            best = best.Policy is null || candidate.IsFurtherThan(best) ? candidate : best;
        }

        return new Appraisal
        {
            Outcome = best.Outcome,
            Reason = best.Reason,
            Steps = best.Steps,
            Facts = report.Facts,
            Binding = TeeBinding.TryDecode(input.Evidence.Binding, out _),
            Grade = grade,
            Host = host,
            Policy = best.Policy,
            Build = best.Build,
            Assumptions = Assumptions.Of(type, grade, host, report.Facts),
        };
    }

    // Evidence is accepted if all of its type's steps passed: one that a verifier forgot would pass silently, so it is put in as not evaluated.
    private static ImmutableArray<AppraisalStep> Complete(EvidenceType type, ImmutableArray<AppraisalStep> steps)
    {
        ImmutableArray<string> codes = type switch
        {
            EvidenceType.AmdSevSnp or EvidenceType.AzureSevSnp => [StepCodes.Parse, StepCodes.Signature, StepCodes.Chain, StepCodes.Revocation, StepCodes.Signer, StepCodes.Tcb],
            EvidenceType.IntelTdx or EvidenceType.IntelSgx =>
                [StepCodes.Parse, StepCodes.Signature, StepCodes.Chain, StepCodes.Revocation, StepCodes.Collateral, StepCodes.Signer, StepCodes.Tcb],
            _ => [StepCodes.Parse, StepCodes.Signature, StepCodes.Chain],
        };
        return [.. codes.Select(code => steps.FirstOrDefault(step => step.Code == code) ?? new AppraisalStep(code, CheckResult.NotEvaluated, StepTable.NotReached))];
    }

    private static ImmutableArray<AppraisalStep> WithoutPolicy(EvidenceType type)
    {
        StepTable steps = PolicyAppraiser.Table(type);
        steps.Skip(StepCodes.Policy, AppraisalErrors.NoPolicy);
        return steps.Steps;
    }

    private static Grade GradeOf(EvidenceType type, PlatformEndorsement? host) => type switch
    {
        EvidenceType.Simulator => Grade.Simulated,
        EvidenceType.AwsNitro => Grade.ThirdPartyHosted,
        _ => host is null ? Grade.OperatorHeld : Grade.ThirdPartyHosted,
    };

    // Whom to believe is the caller's choice; that it was said, by that issuer and about this platform at that time, is checked here.
    // Evidence that doesn't hold may name any platform, also one that somebody holds.
    private static PlatformEndorsement? HostOf(AppraisalInput input, EvidenceReport report) =>
        report.Facts is not { } facts || facts.Type is EvidenceType.Simulator or EvidenceType.AwsNitro || report.Steps.Any(static step => step.Result == CheckResult.Fail)
            ? null
            : input.PlatformEndorsements.FirstOrDefault(endorsement => endorsement.IsAbout(facts.Platform, input.Times.At) && endorsement.Verify() is null);

    /// <summary>What one policy makes of the evidence, and how many steps stand before the first in its way.</summary>
    private sealed record Candidate(AttestationPolicy? Policy, ImmutableArray<AppraisalStep> Steps, string? Build, AppraisalOutcome Outcome, string? Reason, int Reached)
    {
        internal static Candidate Of(AttestationPolicy? policy, EvidenceType type, ImmutableArray<AppraisalStep> steps, string? build)
        {
            ImmutableArray<string> accepted = policy?.RulesFor(type)?.Accept ?? [];
            AppraisalStep[] inTheWay = [.. steps.Where(step => step.Result == CheckResult.Fail || (step.Result != CheckResult.Pass && !accepted.Contains(step.Detail ?? "")))];
            AppraisalStep? failed = inTheWay.FirstOrDefault(static step => step.Result == CheckResult.Fail);
            AppraisalOutcome outcome = inTheWay.Length == 0 ? AppraisalOutcome.Accepted : failed is null ? AppraisalOutcome.NotEvaluated : AppraisalOutcome.Rejected;
            return new Candidate(policy, steps, build, outcome, (failed ?? inTheWay.FirstOrDefault())?.Detail, inTheWay.Length == 0 ? int.MaxValue : steps.IndexOf(failed ?? inTheWay[0]));
        }

        internal bool IsFurtherThan(Candidate other) => Reached > other.Reached;
    }
}
