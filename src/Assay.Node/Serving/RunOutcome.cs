namespace Assay.Node.Serving;

/// <summary>What crosses the seam between execution and verification.</summary>
/// <param name="Outputs">All outputs in the program's order, each <c>[batch, shape of an item]</c>, row-major binary32; empty on refusal.</param>
/// <param name="Saturated">Input elements that were clamped at the boundary.</param>
/// <param name="ErrorCode">Null, or the boundary's refusal (<c>boundary/not-finite</c>, <c>boundary/out-of-range</c>).</param>
public sealed record RunOutcome(float[] Outputs, long Saturated, string? ErrorCode);
