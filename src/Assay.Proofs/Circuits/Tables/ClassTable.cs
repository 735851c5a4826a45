namespace Assay.Proofs.Circuits;

/// <summary>A high part and whether it lies below (0), in (1) or above (2) the range.</summary>
/// <param name="Lowest">Lowest high part.</param>
/// <param name="Highest">Highest high part, not below the lowest.</param>
public sealed record ClassTable(int Lowest, int Highest) : ProofTable
{
    /// <inheritdoc/>
    public override int Rows => Highest - Lowest + 1;

    /// <inheritdoc/>
    public override (int C0, int C1, int C2) Row(int index) => (Lowest + index, Math.Sign(Lowest + index) + 1, 0);

    /// <inheritdoc/>
    public override int Find(long c0, long c1, long c2) =>
        c0 >= Lowest && c0 <= Highest && c1 == Math.Sign(c0) + 1 && c2 == 0 ? (int)(c0 - Lowest) : -1;
}
