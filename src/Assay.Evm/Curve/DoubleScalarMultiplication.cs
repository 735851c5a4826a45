namespace Assay.Evm;

/// <summary>
/// a G + b P in one run of 129 doublings: each scalar is split in two of 128 bits by the curve's endomorphism (Gallant, Lambert and Vanstone,
/// Crypto 2001), and those are written with few digits that aren't 0 (width-w non-adjacent form).
/// </summary>
internal static class DoubleScalarMultiplication
{
    private const int MaxDigits = 130;
    private const int BaseWidth = 10;
    private const int PointWidth = 5;
    private const int BaseCount = 1 << (BaseWidth - 2);
    private const int PointCount = 1 << (PointWidth - 2);

    // A cube root of 1 modulo p, one modulo n that goes with it: λ (x, y) = (β x, y); and a short basis of the lattice of (i, j) with i + λ j = 0 modulo n.
    private static readonly FieldElement Beta = new(0xC1396C28719501EE, 0x9CF0497512F58995, 0x6E64479EAC3434E9, 0x7AE96A2B657C0710);
    private static readonly Scalar Lambda = new(0xDF02967C1B23BD72, 0x122E22EA20816678, 0xA5261C028812645A, 0x5363AD4CC05C30E0);
    private static readonly Scalar MinusB1 = new(0x6F547FA90ABFE4C3, 0xE4437ED6010E8828, 0, 0);
    private static readonly Scalar MinusB2 = new(0xD765CDA83DB1562C, 0x8A280AC50774346D, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF);
    private static readonly Scalar G1 = new(0xE893209A45DBB031, 0x3DAA8A1471E8CA7F, 0xE86C90E49284EB15, 0x3086D221A7D46BCD);
    private static readonly Scalar G2 = new(0x1571B4AE8AC47F71, 0x221208AC9DF506C6, 0x6F547FA90ABFE4C4, 0xE4437ED6010E8828);

    private static readonly AffinePoint Generator = new(
        new FieldElement(0x59F2815B16F81798, 0x029BFCDB2DCE28D9, 0x55A06295CE870B07, 0x79BE667EF9DCBBAC),
        new FieldElement(0x9C47D08FFB10D4B8, 0xFD17B448A6855419, 0x5DA4FBFC0E1108A8, 0x483ADA7726A3C465));

    // G, 3 G, 5 G, ...; and λ times these.
    private static readonly AffinePoint[] BaseTable = MakeBaseTable();
    private static readonly AffinePoint[] BaseLambdaTable = Array.ConvertAll(BaseTable, point => new AffinePoint(point.X * Beta, point.Y));

    /// <summary>a G + b P.</summary>
    public static JacobianPoint Multiply(in Scalar a, in Scalar b, in AffinePoint point)
    {
        Span<short> digits = stackalloc short[4 * MaxDigits];
        Span<short> g1 = digits[..MaxDigits], g2 = digits.Slice(MaxDigits, MaxDigits), p1 = digits.Slice(2 * MaxDigits, MaxDigits), p2 = digits[(3 * MaxDigits)..];
        Split(a, out Scalar a1, out Scalar a2);
        Split(b, out Scalar b1, out Scalar b2);
        int length = Math.Max(Math.Max(Digits(a1, BaseWidth, g1), Digits(a2, BaseWidth, g2)), Math.Max(Digits(b1, PointWidth, p1), Digits(b2, PointWidth, p2)));

        Span<JacobianPoint> table = stackalloc JacobianPoint[PointCount];
        Span<FieldElement> lambdaX = stackalloc FieldElement[PointCount];
        Span<FieldElement> squares = stackalloc FieldElement[PointCount];
        Span<FieldElement> cubes = stackalloc FieldElement[PointCount];
        MakeTable(point, table, lambdaX, squares, cubes);

        JacobianPoint sum = JacobianPoint.Infinity;
        for (int i = length - 1; i >= 0; i--)
        {
            sum = sum.Double();
            if (p1[i] != 0)
            {
                int at = Math.Abs((int)p1[i]) >> 1;
                sum = sum.Add(Signed(table[at].X, table[at], p1[i] < 0), squares[at], cubes[at]);
            }

            if (p2[i] != 0)
            {
                int at = Math.Abs((int)p2[i]) >> 1;
                sum = sum.Add(Signed(lambdaX[at], table[at], p2[i] < 0), squares[at], cubes[at]);
            }

            sum = g1[i] == 0 ? sum : sum.Add(Signed(BaseTable[Math.Abs((int)g1[i]) >> 1], g1[i] < 0));
            sum = g2[i] == 0 ? sum : sum.Add(Signed(BaseLambdaTable[Math.Abs((int)g2[i]) >> 1], g2[i] < 0));
        }

        return sum;
    }

    /// <summary>Two scalars, each of them or its negative below 2^128, with low + λ high = the scalar.</summary>
    internal static void Split(in Scalar scalar, out Scalar low, out Scalar high)
    {
        high = (Scalar.MultiplyShift384(scalar, G1) * MinusB1) + (Scalar.MultiplyShift384(scalar, G2) * MinusB2);
        low = scalar - (high * Lambda);
    }

    private static JacobianPoint Signed(in FieldElement x, in JacobianPoint point, bool negate) => new(x, negate ? -point.Y : point.Y, point.Z);

    private static AffinePoint Signed(in AffinePoint point, bool negate) => negate ? new AffinePoint(point.X, -point.Y) : point;

    /// <summary>Digits of a scalar that is below 2^128 or whose negative is: odd, less than 2^(width - 1), at least width - 1 zeros between two. Returns how many there are.</summary>
    private static int Digits(in Scalar scalar, int width, Span<short> digits)
    {
        bool negate = scalar.IsHigh;
        UInt128 rest = (negate ? -scalar : scalar).Low;
        int position = 0, end = 0;
        bool carry = false;
        while (rest != 0 || carry)
        {
            // What is left is rest + carry, at this position.
            if (((uint)rest & 1) == (carry ? 1u : 0u))
            {
                int zeros = carry ? (int)UInt128.TrailingZeroCount(~rest) : (int)UInt128.TrailingZeroCount(rest);
                rest = zeros < 128 ? rest >> zeros : 0;
                position += zeros;
                continue;
            }

            int window = (int)((uint)rest & ((1u << width) - 1)) + (carry ? 1 : 0);
            carry = window >= 1 << (width - 1);
            int digit = carry ? window - (1 << width) : window;
            digits[position] = (short)(negate ? -digit : digit);
            end = position + 1;
            rest >>= width;
            position += width;
        }

        return end;
    }

    private static void MakeTable(in AffinePoint point, Span<JacobianPoint> table, Span<FieldElement> lambdaX, Span<FieldElement> squares, Span<FieldElement> cubes)
    {
        table[0] = new JacobianPoint(point);
        JacobianPoint twice = table[0].Double();
        FieldElement twiceSquare = twice.Z.Square();
        FieldElement twiceCube = twiceSquare * twice.Z;
        for (int i = 0; i < table.Length; i++)
        {
            if (i > 0)
            {
                table[i] = table[i - 1].Add(twice, twiceSquare, twiceCube);
            }

            lambdaX[i] = table[i].X * Beta;
            squares[i] = table[i].Z.Square();
            cubes[i] = squares[i] * table[i].Z;
        }
    }

    private static AffinePoint[] MakeBaseTable()
    {
        JacobianPoint[] points = new JacobianPoint[BaseCount];
        MakeTable(Generator, points, new FieldElement[BaseCount], new FieldElement[BaseCount], new FieldElement[BaseCount]);
        return Array.ConvertAll(points, point => point.ToAffine());
    }
}
