namespace Assay.Proofs.Circuits;

/// <summary>A difference, what of it is above zero, and whether it is.</summary>
/// <param name="MagnitudeBits">Differences from <c>-2^b</c> to <c>2^b - 1</c>.</param>
public sealed record StepTable(int MagnitudeBits) : ProofTable
{
    /// <inheritdoc/>
    public override int Rows => 2 << MagnitudeBits;

    /// <inheritdoc/>
    public override (int C0, int C1, int C2) Row(int index)
    {
        int difference = index - (1 << MagnitudeBits);
        return (difference, Math.Max(difference, 0), difference > 0 ? 1 : 0);
    }

    /// <inheritdoc/>
    public override int Find(long c0, long c1, long c2) =>
        c0 >= -(1L << MagnitudeBits) && c0 < 1L << MagnitudeBits && c1 == Math.Max(c0, 0) && c2 == (c0 > 0 ? 1 : 0)
            ? (int)c0 + (1 << MagnitudeBits)
            : -1;
}
