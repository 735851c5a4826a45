using Assay.Receipts;

namespace Assay.Node.Planning;

/// <summary>What a policy leaves open, as stable codes (docs/levels.md says each in words).</summary>
public static class Uncovered
{
    /// <summary>What <paramref name="policy"/> leaves open for a model whose publisher declared <paramref name="use"/>.</summary>
    /// <param name="policy">The policy, a level's or another.</param>
    /// <param name="use"><c>decision</c>, <c>entertainment</c> or empty if nothing was declared.</param>
    public static IReadOnlyList<string> For(PolicyDocument policy, string use)
    {
        ArgumentNullException.ThrowIfNull(policy);
        bool model = false, computation = false, secrecy = false, witnesses = false;
        foreach (Requirement requirement in policy.Requirements)
        {
            model |= requirement.Question == Question.Model && !requirement.AcceptsAsserted;
            computation |= requirement.Question == Question.ComputedRight && !requirement.AcceptsAsserted;
            secrecy |= requirement.Question == Question.OperatorRead;
            witnesses |= requirement.Witnesses is not null;
        }

        List<string> open = [];
        if (!model)
        {
            open.Add("model/asserted");
        }

        if (!computation)
        {
            open.Add("computation/asserted");
            if (use == "decision")
            {
                // The one combination that people regret: a decision that nobody independent ever checked.
                open.Add("decision/unchecked");
            }
        }

        if (!secrecy)
        {
            open.Add("operator/read");
        }

        if (!witnesses)
        {
            open.Add("log/no-witness");
        }

        open.Add("answer/truth");
        return open;
    }
}
