using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>What a policy wants of peers. Pure; whether it is met says the evaluator that callers use.</summary>
internal static class PeerNeeds
{
    private static readonly PolicyCapabilities OfPeers = new() { Bases = [Basis.Replay], AnyPeer = true };

    /// <summary>Which of the known peers can meet something in the policy: those that it names, or all where it names none.</summary>
    internal static IReadOnlySet<Digest32> Asked(PolicyDocument? policy, IReadOnlyCollection<Digest32> known)
    {
        HashSet<Digest32> asked = [];
        foreach (Requirement requirement in policy?.Requirements ?? [])
        {
            if (requirement.By.Contains(Basis.Replay))
            {
                asked.UnionWith(requirement.Peers.IsEmpty ? known : known.Where(peer => requirement.Peers.Contains(peer)));
            }
        }

        return asked;
    }

    /// <summary>Whether these peers' word meets everything in the policy that a replay can meet.</summary>
    internal static bool AreMet(PolicyDocument policy, IReadOnlyCollection<Digest32> established) =>
        PolicyEvaluator.Evaluate(policy, Facts(established, refuted: false), OfPeers).Unmet.All(static unmet => !unmet.Requirement.By.Contains(Basis.Replay));

    /// <summary>What these peers' word comes to.</summary>
    internal static IReadOnlyList<EvidenceFact> Facts(IReadOnlyCollection<Digest32> established, bool refuted)
    {
        List<EvidenceFact> facts = [];
        foreach (Question question in Endorsement.QuestionsOfReplay)
        {
            if (established.Count > 0)
            {
                facts.Add(new EvidenceFact(question, QuestionStatus.Established, Basis.Replay) { Peers = established });
            }

            if (refuted)
            {
                facts.Add(new EvidenceFact(question, QuestionStatus.Refuted, Basis.Replay));
            }
        }

        return facts;
    }
}
