using Assay.Receipts;

namespace Assay.Node.Planning;

/// <summary>What a level leaves open, as stable codes (docs/levels.md says each in words).</summary>
public static class Uncovered
{
    /// <summary>What <paramref name="level"/> leaves open for a model whose publisher declared <paramref name="use"/>.</summary>
    /// <param name="level">The level.</param>
    /// <param name="use"><c>decision</c>, <c>entertainment</c> or empty if nothing was declared.</param>
    public static IReadOnlyList<string> For(VerificationLevel level, string use)
    {
        List<string> open = [];
        if (!level.AtLeast(VerificationLevel.Replay) && !level.AtLeast(VerificationLevel.Tee) && !level.AtLeast(VerificationLevel.Zk))
        {
            open.Add("model/asserted");
            open.Add("computation/asserted");
            if (use == "decision")
            {
                // The one combination that people regret: a decision that nobody independent ever checked.
                open.Add("decision/unchecked");
            }
        }

        if (!level.AtLeast(VerificationLevel.Tee))
        {
            open.Add("operator/read");
        }

        open.Add("log/no-witness");
        open.Add("answer/truth");
        return open;
    }
}
