using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Outcomes in words.</summary>
internal static class OutcomeWords
{
    public static string Summary(
        Outcome outcome, string reason, VerificationLevel? required, IReadOnlyList<Requirement> unmet, IReadOnlyList<QuestionResult> questions, CheckTable checks) => outcome switch
    {
        Outcome.Met => $"Everything that level {required} requires is established.",
        Outcome.Untrusted => CheckWords.Detail(checks.Detail(reason)!),
        Outcome.PolicyNotMet => $"Nothing failed, but level {required} requires more: " + string.Join("; ", unmet.Select(r => Shortfall(r, questions))) + ".",
        _ => reason switch
        {
            OutcomeRules.PhaseUnknown => "This isn't the receipt of a finished answer, and this verifier knows no other.",
            OutcomeRules.PolicyUnknown => "The receipt was asked for under a policy that this verifier doesn't know.",
            OutcomeRules.LevelUnsupported => $"This verifier can't appraise the evidence that level {required} requires.",
            _ => CheckWords.Detail(checks.Detail(reason)!),
        },
    };

    private static string Shortfall(Requirement requirement, IReadOnlyList<QuestionResult> questions)
    {
        QuestionResult question = questions.First(q => q.Question == requirement.Question);
        string by = question.By is { } basis ? $" (by {PolicyNames.Id(basis)})" : "";
        return $"\"{PolicyNames.Title(requirement.Question)}\" must be established by {PolicyNames.Id(requirement.By)}, and is {VerdictNames.Id(question.Status)}{by}";
    }
}
