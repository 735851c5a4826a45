using Assay.Primitives;

namespace Assay.Verification;

/// <summary>What one check found.</summary>
/// <param name="Code">One of <see cref="CheckCodes"/>.</param>
/// <param name="Result">Pass, fail or not evaluated.</param>
/// <param name="Detail">Why it isn't a pass; null for a pass.</param>
/// <param name="Subject">Which of several it is about, such as <c>parameter temperature</c> or <c>messages.1</c>; null: there is only one, or it isn't known.</param>
/// <param name="Sentence">The same in plain words.</param>
public sealed record CheckOutcome(string Code, CheckResult Result, string? Detail, string? Subject, string Sentence);
