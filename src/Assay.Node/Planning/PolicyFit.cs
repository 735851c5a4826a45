using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Planning;

/// <summary>Which policies a node can meet for a model, and the nearest that it can where it can't. Pure.</summary>
/// <param name="model">The model's terms.</param>
/// <param name="sources">What the node's evidence sources can bring before an answer is released.</param>
internal sealed class PolicyFit(ModelTerms model, PolicyCapabilities sources)
{
    // Signed and durably logged is what every answer is; the operator's word comes with it.
    private static readonly PolicyCapabilities Always = new() { Bases = [Basis.Operator, Basis.Signature, Basis.Log] };

    // What the caller can find out by itself, once it has the answer and the weights.
    private static readonly PolicyCapabilities ByCaller = new() { Bases = [Basis.Replay] };

    private readonly PolicyCapabilities _before = Always.Join(sources);
    private readonly PolicyCapabilities _after = model.CanReplay ? Always.Join(sources).Join(ByCaller) : Always.Join(sources);

    /// <summary>The requirements that can't be met, with the reason in words; empty if the policy can be met.</summary>
    internal IReadOnlyList<string> WhyNot(PolicyDocument policy) => [.. policy.Requirements.Where(r => !Capabilities(policy.Release).CanAppraise(r)).Select(r => Why(r, policy.Release))];

    /// <summary>What is nearest to a policy that can't be met and can be: what can't be met is left out, first with evidence after the answer, then without.</summary>
    internal IReadOnlyList<PolicyDocument> Nearest(PolicyDocument policy)
    {
        PolicyDocument asAsked = Relax(policy, policy.Release);
        PolicyDocument later = Relax(policy, ReleaseRule.Provisional);
        return later.Includes(asAsked) && !asAsked.Includes(later) ? [later, asAsked] : [asAsked];
    }

    private PolicyCapabilities Capabilities(ReleaseRule release) => release == ReleaseRule.Provisional ? _after : _before;

    private PolicyDocument Relax(PolicyDocument policy, ReleaseRule release)
    {
        PolicyCapabilities can = Capabilities(release);
        List<Requirement> kept = [];
        foreach (Requirement requirement in policy.Requirements)
        {
            // As asked; else by those peers and witnesses that there are; else without parameters; else not at all.
            Requirement[] nearest = [requirement, requirement.Reduce(can.Peers, can.Witnesses, can.Within), requirement.WithoutParameters()];
            if (nearest.Select(r => r.Restrict(basis => can.CanAppraise(r, basis))).FirstOrDefault(static r => r is not null) is { } possible)
            {
                kept.Add(possible);
            }
        }

        return PolicyDocument.Create(kept, release, policy.Deadline, policy.MaxPrice);
    }

    private string Why(Requirement requirement, ReleaseRule release)
    {
        string question = PolicyNames.Id(requirement.Question);
        Requirement plain = requirement.WithoutParameters();
        PolicyCapabilities can = Capabilities(release);
        int known = requirement.Peers.Count(can.Peers.Contains);
        return known < requirement.AtLeast && (model.CanReplay || !requirement.By.Contains(Basis.Replay)) ? $"'{question}' wants {requirement.AtLeast} of {requirement.Peers.Length} peers, and this node knows {known} of them (GET /.well-known/assay lists its peers)"
            : requirement.Witnesses > can.Witnesses ? $"'{question}' wants {requirement.Witnesses} witnesses, and this node submits to {can.Witnesses}"
            : requirement.By.Contains(Basis.Zk) && model.ProofBits > 0 && requirement.MinSoundnessBits > model.ProofBits ? $"'{question}' wants proofs of {requirement.MinSoundnessBits} bits, and this model's have {model.ProofBits}"
            : requirement.By is [Basis.Zk] && model.ProofBits == 0 && model.IsExact ? $"'{question}' by zk: {model.NoProof}"
            : requirement.By is [Basis.Tee] && can.Bases.Contains(Basis.Tee) ? $"'{question}' by tee needs a request that is encrypted to the attested key, and this one isn't"
            : requirement.By is [Basis.Tee] ? $"'{question}' by tee: {model.NoTee}"
            : can.CanAppraise(plain) ? $"'{question}' by {PolicyNames.Ids(requirement.By)} can't be had with {Parameters(requirement)}"
            : release == ReleaseRule.AfterEvidence && _after.CanAppraise(requirement) ? $"'{question}' by replay is established by the caller, after the answer (\"release\":\"provisional\")"
            : requirement.By.Contains(Basis.Replay) && !model.CanReplay ? $"'{question}' by replay needs {model.Needed}"
            : $"this node can't bring '{question}' by {PolicyNames.Ids(requirement.By)}";
    }

    private static string Parameters(Requirement requirement) => string.Join(", ", new[]
    {
        requirement.MinSoundnessBits is null ? null : "minSoundnessBits",
        requirement.Peers.IsEmpty ? null : "peers",
        requirement.Witnesses is null ? null : "witnesses",
        requirement.Within is null ? null : "within",
    }.OfType<string>());
}
