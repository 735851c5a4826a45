using Assay.Primitives;

namespace Assay.Verification;

/// <summary>What one check found.</summary>
/// <param name="Code">One of <see cref="CheckCodes"/>.</param>
/// <param name="Result">Pass, fail or not evaluated.</param>
/// <param name="Detail">Why it isn't a pass; null for a pass.</param>
/// <param name="Sentence">The same in plain words.</param>
public sealed record CheckOutcome(string Code, CheckResult Result, string? Detail, string Sentence);
