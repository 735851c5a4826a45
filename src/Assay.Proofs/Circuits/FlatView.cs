namespace Assay.Proofs.Circuits;

/// <summary>A column read in row-major order by a box with as many features: position number f of the box's axes but the last
/// reads element number f of the column's dimensions but the last; the last axis and dimension are both the batch.</summary>
/// <param name="Column">The column's index.</param>
/// <param name="Coefficient">Less than p in magnitude.</param>
public sealed record FlatView(int Column, long Coefficient);
