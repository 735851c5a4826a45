namespace Assay.Verification;

/// <summary>What is wrong in a trust file.</summary>
/// <param name="Code">A code of <see cref="TrustErrors"/>.</param>
/// <param name="Line">The line, from 1; 0 for the whole file.</param>
public sealed record TrustProblem(string Code, int Line);
