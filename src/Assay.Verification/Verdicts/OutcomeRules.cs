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

    // Bases that this version has an appraiser for.
    private static readonly Basis[] Supported = [Basis.Signature, Basis.Log, Basis.Replay];

    /// <summary>The requirements that no question establishes by the basis they name.</summary>
    public static IReadOnlyList<Requirement> Unmet(VerificationLevel? required, IReadOnlyList<QuestionResult> questions) =>
        required is not { } level ? [] : [.. PolicyDocument.For(level).Requirements.Where(
            requirement => !questions.Any(q => q.Question == requirement.Question && q.Status == QuestionStatus.Established && q.By == requirement.By))];

    public static (Outcome Outcome, string Reason) Decide(
        Evidence evidence, VerificationLevel? requested, VerificationLevel? required, IReadOnlyList<Requirement> unmet)
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
            : requested is null || required is not { } level ? PolicyUnknown
            : PolicyDocument.For(level).Requirements.Any(static r => !Supported.Contains(r.By)) ? LevelUnsupported
            : null;
        return unknown is not null ? (Outcome.CannotEvaluate, unknown)
            : unmet.Count > 0 ? (Outcome.PolicyNotMet, NotMet)
            : (Outcome.Met, Met);
    }
}
