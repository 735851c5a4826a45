using Assay.Receipts;

namespace Assay.Node.Planning;

/// <summary>What a request will get: its level, who set it, and what that level leaves open.</summary>
/// <param name="Level">The level asked for, or implied by the policy asked for: the log entry will name it.</param>
/// <param name="Source">Who set it.</param>
/// <param name="Policy">The policy, the level's or another; its digest is signed.</param>
/// <param name="Uncovered">Stable codes of what this policy leaves open for the model's declared use.</param>
public sealed record Plan(VerificationLevel Level, LevelSource Source, PolicyDocument Policy, IReadOnlyList<string> Uncovered);
