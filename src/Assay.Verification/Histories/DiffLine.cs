namespace Assay.Verification;

/// <summary>A line of a difference.</summary>
/// <param name="Kind"><c>-</c> was there, <c>+</c> is there, a space: both; <c>@</c>: where the next lines stand, as in unified diffs.</param>
/// <param name="Text">The line.</param>
public sealed record DiffLine(char Kind, string Text);
