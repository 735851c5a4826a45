using Assay.Proofs.Fields;

namespace Assay.Proofs.Claims;

/// <summary>The terms add up to a value (spec/proof-system.md, section 7).</summary>
/// <param name="Name">What it is about, for a person.</param>
/// <param name="Terms">The committed part.</param>
/// <param name="Value">What it must be.</param>
public sealed record Claim(string Name, IReadOnlyList<Term> Terms, Ext4 Value)
{
    /// <summary>For a verifier: what the terms are at a point, where that is known without them.</summary>
    internal Func<TermEvaluation, Ext4>? Evaluate { get; init; }
}
