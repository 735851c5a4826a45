namespace Assay.Verification;

/// <summary>What isn't as it was signed.</summary>
/// <param name="Detail">The check's detail code.</param>
/// <param name="Subject">Which of several it is about; null: there is only one, or it isn't known.</param>
internal sealed record ChatDifference(string Detail, string? Subject = null);
