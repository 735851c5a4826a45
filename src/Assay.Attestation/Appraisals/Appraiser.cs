using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>Appraises evidence (RFC 9334): verifies it by its vendor's rules, and holds it against policies. Never throws for what the bytes say.</summary>
public static class Appraiser
{
    /// <summary>Makes all steps and says what they come to.</summary>
    public static Appraisal Appraise(AppraisalInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        EvidenceReport report = EvidenceVerifier.Verify(input.Evidence.Type, input.Evidence.Evidence, input.Collateral, input.Anchors, input.Times);
        AppraisalStep policy = new(StepCodes.Policy, CheckResult.NotEvaluated, NoPolicy);
        AppraisalStep first = report.Steps.FirstOrDefault(static step => step.Result != CheckResult.Pass) ?? policy;
        return new Appraisal
        {
            Outcome = report.Steps.Any(static step => step.Result == CheckResult.Fail) ? AppraisalOutcome.Rejected : AppraisalOutcome.NotEvaluated,
            Reason = first.Detail,
            Steps = [.. report.Steps, policy],
            Facts = report.Facts,
            Binding = TeeBinding.TryDecode(input.Evidence.Binding, out _),
            Grade = input.Evidence.Type == EvidenceType.Simulator ? Grade.Simulated : Grade.OperatorHeld,
            Host = null,
            Policy = null,
            Build = null,
            Assumptions = [],
        };
    }

    /// <summary>There is no policy that could accept anything.</summary>
    internal const string NoPolicy = "tee/no-policy";
}
