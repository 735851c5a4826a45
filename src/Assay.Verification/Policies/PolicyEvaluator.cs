using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// Holds a policy against what is known: one total function, the same before release at the node and afterwards at the caller's
/// (spec/levels.md, "Evaluation"). What isn't known never meets anything.
/// </summary>
public static class PolicyEvaluator
{
    /// <summary>Evaluates a policy.</summary>
    /// <param name="policy">What is required.</param>
    /// <param name="facts">What is known; any number for a question, in any order.</param>
    /// <param name="capabilities">What could be known here.</param>
    public static PolicyResult Evaluate(PolicyDocument policy, IReadOnlyList<EvidenceFact> facts, PolicyCapabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(capabilities);
        List<UnmetRequirement> unmet = [];
        foreach (Requirement requirement in policy.Requirements)
        {
            EvidenceFact[] about = [.. facts.Where(fact => fact.Question == requirement.Question)];
            if (Reason(requirement, about, capabilities) is { } reason)
            {
                unmet.Add(new UnmetRequirement(requirement, reason));
            }
        }

        PolicyOutcome outcome = unmet.Count == 0 ? PolicyOutcome.Met
            : unmet.Any(static u => u.Reason == UnmetReasons.NotSupported) ? PolicyOutcome.CannotEvaluate
            : PolicyOutcome.Unmet;
        return new PolicyResult(outcome, unmet);
    }

    // Null if the requirement holds. One refutation outweighs whatever else there is.
    private static string? Reason(Requirement requirement, EvidenceFact[] facts, PolicyCapabilities capabilities)
    {
        bool Any(QuestionStatus status) => facts.Any(fact => fact.Status == status);
        return Any(QuestionStatus.Refuted) ? UnmetReasons.Refuted
            : facts.Any(fact => Meets(fact, requirement, capabilities)) ? null
            : !capabilities.CanAppraise(requirement) ? UnmetReasons.NotSupported
            : facts.Any(fact => fact.Status == QuestionStatus.Established && fact.By is { } by && requirement.By.Contains(by)) ? UnmetReasons.Parameter
            : Any(QuestionStatus.Established) ? UnmetReasons.OtherBasis
            : Any(QuestionStatus.Pending) ? UnmetReasons.Pending
            : Any(QuestionStatus.Expired) ? UnmetReasons.Expired
            : Any(QuestionStatus.Asserted) ? UnmetReasons.AssertedOnly
            : UnmetReasons.NotEstablished;
    }

    private static bool Meets(EvidenceFact fact, Requirement requirement, PolicyCapabilities capabilities)
    {
        if (requirement.AcceptsAsserted)
        {
            // What is established is worth more than the operator's word, so it can't be too little.
            return fact.By is not null && (fact.Status == QuestionStatus.Established || (fact.Status == QuestionStatus.Asserted && fact.By == Basis.Operator));
        }

        return fact.Status == QuestionStatus.Established
            && fact.By is { } by && requirement.By.Contains(by)
            && capabilities.CanAppraise(requirement, by)
            && ParametersHold(fact, requirement, by);
    }

    private static bool ParametersHold(EvidenceFact fact, Requirement requirement, Basis by) => by switch
    {
        Basis.Replay => requirement.Peers.IsEmpty || fact.Peers.Distinct().Count(peer => requirement.Peers.Contains(peer)) >= requirement.AtLeast,
        Basis.Zk => requirement.MinSoundnessBits is not { } bits || fact.SoundnessBits >= bits,
        Basis.Log => (requirement.Witnesses is not { } count || fact.Witnesses >= count) && (requirement.Within is not { } limit || fact.LoggedWithin <= limit),
        _ => true,
    };
}
