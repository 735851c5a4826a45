namespace Assay.Node.Attesting;

/// <summary>Why hardware gave no evidence.</summary>
/// <param name="Code">One of <see cref="AttesterErrors"/>.</param>
/// <param name="Text">What happened, in a clause for the operator.</param>
internal sealed record AttesterError(string Code, string Text);
