namespace Assay.Proofs.Circuits;

/// <summary>One part of a product's index.</summary>
/// <param name="Length">Positions.</param>
/// <param name="DimA">Dimension of A.</param>
/// <param name="DimB">Dimension of B.</param>
/// <param name="BoxAxis">The axis of the box if the result keeps it, or -1 if it is summed over.</param>
public sealed record ProductAxis(int Length, int DimA, int DimB, int BoxAxis);
