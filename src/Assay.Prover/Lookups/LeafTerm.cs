namespace Assay.Prover.Lookups;

/// <summary>One part of a leaf's fingerprint: an integer for each cell, times a coefficient, times a power of β.</summary>
/// <param name="Power">Of β.</param>
/// <param name="Coefficient">Less than p in magnitude.</param>
/// <param name="Reader">Where the integers come from.</param>
internal sealed record LeafTerm(int Power, long Coefficient, LeafReader Reader);
