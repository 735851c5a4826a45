using Assay.Receipts;

namespace Assay.Verification;

/// <summary>What a verdict comes to (spec/receipt.md, "Verdict", list of outcomes).</summary>
internal static class OutcomeRules
{
    public const string Met = "met";
    public const string NotMet = "unmet";
    public const string PhaseUnknown = "statement/phase";
    public const string PolicyUnknown = DetailCodes.PolicyUnknown;
    public const string LevelUnsupported = "level/not-supported";

    // A cosignature's time is in whole seconds, rounded down.
    private static readonly TimeSpan CosignatureRounding = TimeSpan.FromSeconds(1);

    /// <summary>What is known, as the policy's evaluator takes it (spec/levels.md, "Evaluation").</summary>
    public static PolicyResult? Evaluate(PolicyDocument? required, Evidence evidence, IReadOnlyList<QuestionResult> questions, PolicyCapabilities capabilities)
    {
        if (required is null)
        {
            return null;
        }

        List<EvidenceFact> facts = [];
        foreach (QuestionResult question in questions)
        {
            EvidenceFact fact = new(question.Question, question.Status, question.By);
            facts.Add(
                question.Status != QuestionStatus.Established ? fact
                : question.By == Basis.Zk ? fact with { SoundnessBits = evidence.Proof!.Bits }
                : question.By == Basis.Replay ? fact with { Peers = Peers(evidence) }
                : question.By == Basis.Log ? Logged(fact, evidence)
                : fact);
            if (question is { Status: QuestionStatus.Established, By: Basis.Zk } && QuestionRules.Replayed(evidence.Checks))
            {
                // Known twice: a policy may want either.
                facts.Add(new EvidenceFact(question.Question, question.Status, Basis.Replay) { Peers = Peers(evidence) });
            }

            if (question is { Status: QuestionStatus.Established, By: Basis.Zk or Basis.Replay } && QuestionRules.Attested(evidence.Checks))
            {
                facts.Add(new EvidenceFact(question.Question, question.Status, Basis.Tee));
            }
        }

        // While better evidence is awaited, and after it was awaited in vain, the operator's word still stands.
        if (questions.Any(static q => q.Question == Question.Altered && q.Status == QuestionStatus.Established))
        {
            facts.Add(new EvidenceFact(Question.ComputedRight, QuestionStatus.Asserted, Basis.Operator));
            if (evidence.ModelId is not null)
            {
                facts.Add(new EvidenceFact(Question.Model, QuestionStatus.Asserted, Basis.Operator));
            }
        }

        return PolicyEvaluator.Evaluate(required, facts, capabilities);
    }

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

    private static Primitives.Digest32[] Peers(Evidence evidence) => [.. evidence.Endorsements.Where(static e => e.Establishes).Select(static e => e.Peer)];

    private static EvidenceFact Logged(EvidenceFact fact, Evidence evidence)
    {
        if (evidence.Witnesses is not { AcceptedAt: { } accepted } report)
        {
            return fact;
        }

        // Below zero a clock is wrong, and nobody knows which.
        TimeSpan within = accepted - evidence.Expectation.IssuedAt + CosignatureRounding;
        return fact with { Witnesses = report.Witnesses.Count(static w => w.Status == WitnessStatus.Cosigned), LoggedWithin = within < TimeSpan.Zero ? null : within };
    }
}
