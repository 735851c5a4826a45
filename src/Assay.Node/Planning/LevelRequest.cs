namespace Assay.Node.Planning;

/// <summary>Where a request may say its level; null where it doesn't. All that are given must agree.</summary>
/// <param name="Body">The <c>verification</c> member of the body.</param>
/// <param name="Header">The <c>Assay-Verification</c> header.</param>
/// <param name="Suffix">What follows <c>@</c> in the model's name.</param>
public readonly record struct LevelRequest(string? Body, string? Header, string? Suffix);
