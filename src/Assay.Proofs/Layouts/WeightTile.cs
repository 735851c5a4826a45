namespace Assay.Proofs.Layouts;

/// <summary>One row of the weights' commitment: 2^b values of j by 2^a values of k of a matrix (spec/proof-system.md, section
/// 6.2).</summary>
/// <param name="Matrix">The matrix.</param>
/// <param name="JHigh">j without its b lowest bits.</param>
/// <param name="KHigh">k without its a lowest bits.</param>
public readonly record struct WeightTile(int Matrix, int JHigh, int KHigh);
