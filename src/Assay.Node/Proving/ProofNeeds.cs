using Assay.Receipts;

namespace Assay.Node.Proving;

/// <summary>What a policy wants of proofs. Pure; whether it is met says the evaluator that callers use.</summary>
internal static class ProofNeeds
{
    /// <summary>Whether a proof can meet something in the policy.</summary>
    internal static bool Wants(PolicyDocument? policy) => policy is not null && policy.Requirements.Any(static requirement => requirement.By.Contains(Basis.Zk));

    /// <summary>Whether something in it can be met by a proof only.</summary>
    internal static bool Demands(PolicyDocument policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Requirements.Any(static requirement => requirement.By is [Basis.Zk]);
    }
}
