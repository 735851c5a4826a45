namespace Assay.Proofs.Circuits;

/// <summary>A low part, the clamped value, and the class of the high part.</summary>
/// <param name="LowBits">Bits of the low part.</param>
/// <param name="Width">The range's highest minus its lowest; below <c>2^LowBits</c>.</param>
public sealed record SlicesTable(int LowBits, int Width) : ProofTable
{
    /// <inheritdoc/>
    public override int Rows => 3 << LowBits;

    /// <inheritdoc/>
    public override (int C0, int C1, int C2) Row(int index)
    {
        int low = index & ((1 << LowBits) - 1);
        int part = index >> LowBits;
        return (low, Clamped(low, part), part);
    }

    /// <inheritdoc/>
    public override int Find(long c0, long c1, long c2) =>
        c0 >= 0 && c0 < 1L << LowBits && c2 is >= 0 and <= 2 && c1 == Clamped((int)c0, (int)c2)
            ? ((int)c2 << LowBits) | (int)c0
            : -1;

    private int Clamped(int low, int part) => part switch
    {
        0 => 0,
        1 => Math.Min(low, Width),
        _ => Width,
    };
}
