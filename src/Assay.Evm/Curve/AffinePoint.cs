namespace Assay.Evm;

/// <summary>A point of the curve y² = x³ + 7 that isn't the point at infinity.</summary>
internal readonly struct AffinePoint(in FieldElement x, in FieldElement y)
{
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;
}
