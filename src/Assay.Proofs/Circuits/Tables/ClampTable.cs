namespace Assay.Proofs.Circuits;

/// <summary>A value over its range's lowest, and the same clamped to <c>0..width</c>.</summary>
/// <param name="Before">Values below the range.</param>
/// <param name="Width">The range's highest minus its lowest.</param>
/// <param name="After">Values above the range.</param>
public sealed record ClampTable(int Before, int Width, int After) : ProofTable
{
    /// <inheritdoc/>
    public override int Rows => Before + Width + 1 + After;

    /// <inheritdoc/>
    public override (int C0, int C1, int C2) Row(int index) => (index - Before, Math.Clamp(index - Before, 0, Width), 0);

    /// <inheritdoc/>
    public override int Find(long c0, long c1, long c2) =>
        c0 >= -Before && c0 <= Width + After && c1 == Math.Clamp(c0, 0, Width) && c2 == 0 ? (int)c0 + Before : -1;
}
