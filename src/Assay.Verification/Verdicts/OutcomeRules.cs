using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a verdict comes to (spec/receipt.md, "Verdict", list of outcomes).</summary>
internal static class OutcomeRules
{
    public const string Met = "met";
    public const string NotMet = "unmet";
    public const string PhaseUnknown = "statement/phase";
    public const string PolicyUnknown = "policy/unknown";
    public const string LevelUnsupported = "level/not-supported";

    /// <summary>What the questions say, as the policy's evaluator takes it.</summary>
    public static PolicyResult? Evaluate(PolicyDocument? required, IReadOnlyList<QuestionResult> questions) =>
        required is null ? null : PolicyEvaluator.Evaluate(required, [.. questions.Select(static q => new EvidenceFact(q.Question, q.Status, q.By))], PolicyCapabilities.Verifier);

    public static (Outcome Outcome, string Reason) Decide(Evidence evidence, PolicyDocument? requested, PolicyResult? result)
    {
        if (evidence.Bundle is not { } bundle)
        {
            return (Outcome.CannotEvaluate, CheckCodes.BundleDecode);
        }

        if (evidence.Checks.Failed.FirstOrDefault() is { } failed)
        {
            return (Outcome.Untrusted, failed);
        }

        string? unknown = bundle.Envelope.Statement.Phase != ReceiptPhase.Final ? PhaseUnknown
            : requested is null || result is null ? PolicyUnknown
            : result.Outcome == PolicyOutcome.CannotEvaluate ? LevelUnsupported
            : null;
        return unknown is not null ? (Outcome.CannotEvaluate, unknown)
            : result!.Outcome != PolicyOutcome.Met ? (Outcome.PolicyNotMet, NotMet)
            : (Outcome.Met, Met);
    }
}
