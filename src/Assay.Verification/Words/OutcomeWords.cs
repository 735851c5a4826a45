using System.Globalization;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Outcomes in words.</summary>
internal static class OutcomeWords
{
    public static string Summary(
        Outcome outcome, string reason, ReceiptPhase? phase, PolicyDocument? required, IReadOnlyList<UnmetRequirement> unmet, IReadOnlyList<QuestionResult> questions, CheckTable checks) => outcome switch
    {
        Outcome.Met => $"Everything that {Name(required)} requires is established.",
        Outcome.Untrusted => CheckWords.Failure(checks, reason),
        Outcome.PolicyNotMet => $"What was signed holds, but {Name(required)} requires more than is shown here: " + string.Join("; ", unmet.Select(r => Shortfall(r, questions))) + ".",
        _ => reason switch
        {
            OutcomeRules.PhaseUnknown when phase == ReceiptPhase.Abort => "The answer was broken off. This receipt is evidence of what was sent until then, and meets no policy.",
            OutcomeRules.PhaseUnknown => "The answer wasn't finished yet. This receipt is evidence of what was sent until then, and meets no policy.",
            OutcomeRules.PolicyUnknown => "The receipt was asked for under a policy that this verifier doesn't know.",
            OutcomeRules.LevelUnsupported => $"This verifier can't appraise the evidence that {Name(required)} requires.",
            _ => CheckWords.Detail(checks.Detail(reason)!),
        },
    };

    private static string Name(PolicyDocument? policy) => policy switch
    {
        null => "nothing",
        { IsLevel: true } => $"level {policy.Level}",
        _ => "the policy",
    };

    private static string Shortfall(UnmetRequirement unmet, IReadOnlyList<QuestionResult> questions)
    {
        Requirement requirement = unmet.Requirement;
        QuestionResult question = questions.First(q => q.Question == requirement.Question);
        string by = question.By is { } basis ? $" (by {PolicyNames.Id(basis)})" : "";
        string needed = requirement.AcceptsAsserted ? "be asserted by the operator at least" : $"be established by {string.Join(" or ", requirement.By.Select(PolicyNames.Id))}{Parameters(requirement)}";
        return $"\"{PolicyNames.Title(requirement.Question)}\" must {needed}, and is {VerdictNames.Id(question.Status)}{by}";
    }

    private static string Parameters(Requirement requirement)
    {
        List<string> parts = [];
        if (requirement.MinSoundnessBits is { } bits)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"proofs of {bits} bits at least"));
        }

        if (!requirement.Peers.IsEmpty)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"replays by {requirement.AtLeast} of {requirement.Peers.Length} named peers"));
        }

        if (requirement.Witnesses is { } witnesses)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"witnesses: {witnesses}"));
        }

        if (requirement.Within is { } within)
        {
            parts.Add("within " + PolicyDuration.Format(within));
        }

        return parts.Count == 0 ? "" : $" ({string.Join(", ", parts)})";
    }
}
