namespace Assay.Verification;

/// <summary>What an evaluation found.</summary>
/// <param name="Outcome">What it comes to.</param>
/// <param name="Unmet">The requirements that don't hold, in the policy's order; empty if and only if the outcome is met.</param>
public sealed record PolicyResult(PolicyOutcome Outcome, IReadOnlyList<UnmetRequirement> Unmet);
