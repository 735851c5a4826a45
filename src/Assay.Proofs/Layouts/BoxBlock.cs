namespace Assay.Proofs.Layouts;

/// <summary>A part of a box that lies in one aligned piece: <c>2^Bits</c> slices of the leading dimension.</summary>
/// <param name="Start">The first slice.</param>
/// <param name="Bits">Of the number of slices.</param>
/// <param name="Offset">The first cell; a multiple of the block's size.</param>
public readonly record struct BoxBlock(int Start, int Bits, long Offset)
{
    /// <summary>Slices of the leading dimension.</summary>
    public int Slices => 1 << Bits;
}
