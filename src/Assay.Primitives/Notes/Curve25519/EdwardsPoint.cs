namespace Assay.Primitives.Notes.Curve25519;

/// <summary>
/// A point of edwards25519 (-x^2 + y^2 = 1 + d x^2 y^2) in extended coordinates: x = X/Z, y = Y/Z,
/// xy = T/Z (RFC 8032, section 5.1.4). The formulas are complete and free of branches.
/// </summary>
internal readonly struct EdwardsPoint
{
    private static readonly FieldElement D =
        new(0x34DCA135978A3, 0x1A8283B156EBD, 0x5E7A26001C029, 0x739C663A03CBB, 0x52036CEE2B6FF);

    private static readonly FieldElement SquareRootOfMinusOne =
        new(0x61B274A0EA0B0, 0x0D5A5FC8F189D, 0x7EF5E9CBD0C60, 0x78595A6804C9E, 0x2B8324804FC1D);

    // Fields, not properties: the operations take them by reference.
    public readonly FieldElement X;
    public readonly FieldElement Y;
    public readonly FieldElement Z;
    public readonly FieldElement T;

    public EdwardsPoint(in FieldElement x, in FieldElement y, in FieldElement z, in FieldElement t)
    {
        X = x;
        Y = y;
        Z = z;
        T = t;
    }

    public static readonly EdwardsPoint Identity =
        new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>The generator B of RFC 8032, section 5.1.</summary>
    public static readonly EdwardsPoint Base = FromAffine(
        new FieldElement(0x62D608F25D51A, 0x412A4B4F6592A, 0x75B7171A4B31D, 0x1FF60527118FE, 0x216936D3CD6E5),
        new FieldElement(0x6666666666658, 0x4CCCCCCCCCCCC, 0x1999999999999, 0x3333333333333, 0x6666666666666));

    /// <summary>
    /// Decodes 32 bytes (RFC 8032, section 5.1.3). False if no point has that y, if y isn't reduced, or
    /// if x is zero and its sign bit is set. Variable time: points that come as bytes are public.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out EdwardsPoint point)
    {
        point = Identity;
        int sign = bytes[31] >> 7;
        FieldElement y = FieldElement.Read(bytes);
        Span<byte> canonical = stackalloc byte[32];
        y.Write(canonical);
        canonical[31] |= (byte)(sign << 7);
        if (!canonical.SequenceEqual(bytes))
        {
            return false;
        }

        // x = sqrt(u/v) = u v^3 (u v^7)^((p-5)/8), times sqrt(-1) if v x^2 = -u.
        FieldElement ySquared = FieldElement.Square(y);
        FieldElement u = FieldElement.Subtract(ySquared, FieldElement.One);
        FieldElement v = FieldElement.Add(FieldElement.Multiply(D, ySquared), FieldElement.One);
        FieldElement v3 = FieldElement.Multiply(FieldElement.Square(v), v);
        FieldElement v7 = FieldElement.Multiply(FieldElement.Square(v3), v);
        FieldElement root = FieldElement.Power2To252Minus3(FieldElement.Multiply(u, v7));
        FieldElement x = FieldElement.Multiply(FieldElement.Multiply(u, v3), root);
        FieldElement vxx = FieldElement.Multiply(v, FieldElement.Square(x));
        if (!FieldElement.AreEqual(vxx, u))
        {
            if (!FieldElement.AreEqual(vxx, FieldElement.Negate(u)))
            {
                return false;
            }

            x = FieldElement.Multiply(x, SquareRootOfMinusOne);
        }

        if (x.LowBit() != sign)
        {
            if (FieldElement.AreEqual(x, FieldElement.Zero))
            {
                return false;
            }

            x = FieldElement.Negate(x);
        }

        point = FromAffine(x, y);
        return true;
    }

    /// <summary>Encodes to 32 bytes: y, and the lowest bit of x in the top bit.</summary>
    public void Encode(Span<byte> destination)
    {
        FieldElement zInverse = FieldElement.Invert(Z);
        FieldElement.Multiply(Y, zInverse).Write(destination);
        destination[31] |= (byte)(FieldElement.Multiply(X, zInverse).LowBit() << 7);
    }

    /// <summary>The sum with a prepared point ("add-2008-hwcd-3").</summary>
    public static EdwardsPoint Add(in EdwardsPoint p, in PreparedPoint q)
    {
        FieldElement a = FieldElement.Multiply(FieldElement.Subtract(p.Y, p.X), q.YMinusX);
        FieldElement b = FieldElement.Multiply(FieldElement.Add(p.Y, p.X), q.YPlusX);
        FieldElement c = FieldElement.Multiply(p.T, q.T2D);
        FieldElement d = FieldElement.Multiply(p.Z, q.Z2);
        return Complete(
            FieldElement.Subtract(b, a), FieldElement.Subtract(d, c), FieldElement.Add(d, c), FieldElement.Add(b, a));
    }

    /// <summary>p + p ("dbl-2008-hwcd").</summary>
    public static EdwardsPoint Double(in EdwardsPoint p)
    {
        FieldElement xx = FieldElement.Square(p.X);
        FieldElement yy = FieldElement.Square(p.Y);
        FieldElement zz = FieldElement.Square(p.Z);
        FieldElement sum = FieldElement.Square(FieldElement.Add(p.X, p.Y));
        FieldElement h = FieldElement.Add(xx, yy);
        FieldElement e = FieldElement.Subtract(sum, h);
        FieldElement g = FieldElement.Subtract(yy, xx);
        FieldElement f = FieldElement.Subtract(g, FieldElement.Add(zz, zz));
        return Complete(e, f, g, FieldElement.Negate(h));
    }

    public static EdwardsPoint Negate(in EdwardsPoint p) =>
        new(FieldElement.Negate(p.X), p.Y, p.Z, FieldElement.Negate(p.T));

    /// <summary>Whether 8 p is the identity: p is one of the eight points of small order.</summary>
    public bool HasSmallOrder()
    {
        EdwardsPoint eightfold = Double(Double(Double(this)));
        return FieldElement.AreEqual(eightfold.X, FieldElement.Zero)
            && FieldElement.AreEqual(eightfold.Y, eightfold.Z);
    }

    private static EdwardsPoint FromAffine(in FieldElement x, in FieldElement y) =>
        new(x, y, FieldElement.One, FieldElement.Multiply(x, y));

    private static EdwardsPoint Complete(in FieldElement e, in FieldElement f, in FieldElement g, in FieldElement h) =>
        new(
            FieldElement.Multiply(e, f),
            FieldElement.Multiply(g, h),
            FieldElement.Multiply(f, g),
            FieldElement.Multiply(e, h));
}
