namespace Assay.Proofs.Circuits;

/// <summary>The integers <c>0..length-1</c>.</summary>
/// <param name="Length">1 or more.</param>
public sealed record RangeTable(int Length) : ProofTable
{
    /// <inheritdoc/>
    public override int Rows => Length;

    /// <inheritdoc/>
    public override (int C0, int C1, int C2) Row(int index) => (index, 0, 0);

    /// <inheritdoc/>
    public override int Find(long c0, long c1, long c2) => c0 >= 0 && c0 < Length && c1 == 0 && c2 == 0 ? (int)c0 : -1;
}
