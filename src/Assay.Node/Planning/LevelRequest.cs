using Assay.Receipts;

namespace Assay.Node.Planning;

/// <summary>Where a request may say its level; null where it doesn't. All that are given must agree.</summary>
/// <param name="Body">The <c>verification</c> member of the body or of its <c>parameters</c>, if it is a level.</param>
/// <param name="Header">The <c>Assay-Verification</c> header.</param>
/// <param name="Suffix">What follows <c>@</c> in the model's name.</param>
/// <param name="Policy">The <c>verification</c> member of the body, if it is a policy. Levels said elsewhere must be the one that it implies.</param>
public readonly record struct LevelRequest(string? Body, string? Header, string? Suffix, PolicyDocument? Policy = null);
