namespace Assay.Proofs.Circuits;

/// <summary>A matrix M[j][k] of committed weights, cut into tiles (spec, section 6.2).</summary>
/// <param name="Operation">The program's operation whose weights it holds.</param>
/// <param name="Limb">Whole weights, or one limb of them.</param>
/// <param name="Rows">J.</param>
/// <param name="IndexBits">Bits of k.</param>
public sealed record WeightMatrix(int Operation, WeightLimb Limb, int Rows, int IndexBits);
