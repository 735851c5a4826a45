namespace Assay.Verification;

/// <summary>An assumption, or something not covered.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Sentence">The same in plain words.</param>
public sealed record Remark(string Code, string Sentence);
