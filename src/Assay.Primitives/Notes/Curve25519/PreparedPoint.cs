namespace Assay.Primitives.Notes.Curve25519;

/// <summary>A point as the second operand of additions: Y+X, Y-X, 2Z and 2dT.</summary>
internal readonly struct PreparedPoint
{
    private static readonly FieldElement TwoD =
        new(0x69B9426B2F159, 0x35050762ADD7A, 0x3CF44C0038052, 0x6738CC7407977, 0x2406D9DC56DFF);

    public readonly FieldElement YPlusX;
    public readonly FieldElement YMinusX;
    public readonly FieldElement Z2;
    public readonly FieldElement T2D;

    private PreparedPoint(in FieldElement yPlusX, in FieldElement yMinusX, in FieldElement z2, in FieldElement t2d)
    {
        YPlusX = yPlusX;
        YMinusX = yMinusX;
        Z2 = z2;
        T2D = t2d;
    }

    public PreparedPoint(in EdwardsPoint p)
        : this(
            FieldElement.Add(p.Y, p.X),
            FieldElement.Subtract(p.Y, p.X),
            FieldElement.Add(p.Z, p.Z),
            FieldElement.Multiply(p.T, TwoD))
    {
    }

    public static PreparedPoint Negate(in PreparedPoint p) =>
        new(p.YMinusX, p.YPlusX, p.Z2, FieldElement.Negate(p.T2D));

    /// <summary><paramref name="a"/> where <paramref name="mask"/> is 0, <paramref name="b"/> where it is all ones.</summary>
    public static PreparedPoint Select(in PreparedPoint a, in PreparedPoint b, ulong mask) => new(
        FieldElement.Select(a.YPlusX, b.YPlusX, mask),
        FieldElement.Select(a.YMinusX, b.YMinusX, mask),
        FieldElement.Select(a.Z2, b.Z2, mask),
        FieldElement.Select(a.T2D, b.T2D, mask));
}
