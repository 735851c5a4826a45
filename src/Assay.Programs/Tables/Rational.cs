using System.Numerics;

namespace Assay.Programs;

/// <summary>
/// A fraction, not necessarily reduced. Its denominator is positive, or 0 for the three things that aren't numbers: plus and
/// minus infinity (1/0 and -1/0) and the undefined (0/0). A number over 0 is an infinity of the number's sign.
/// </summary>
internal readonly record struct Rational(BigInteger Numerator, BigInteger Denominator)
{
    public static Rational Undefined => new(0, 0);

    public static Rational Infinity => new(1, 0);

    public static Rational Zero => new(0, 1);

    public static Rational One => new(1, 1);

    public int Sign => Numerator.Sign;

    public bool IsFinite => !Denominator.IsZero;

    public bool IsUndefined => Denominator.IsZero && Numerator.IsZero;

    /// <summary>Bits of the longer of the two parts.</summary>
    public long Bits => Math.Max(Numerator.GetBitLength(), Denominator.GetBitLength());

    public static Rational operator -(Rational a) => a with { Numerator = -a.Numerator };

    public static Rational operator +(Rational a, Rational b) =>
        a.IsFinite || b.IsFinite
            ? Reduced((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator)
            : a.Sign == b.Sign ? a : Undefined;

    public static Rational operator *(Rational a, Rational b) => Reduced(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

    public static Rational operator /(Rational a, Rational b)
    {
        BigInteger numerator = a.Numerator * b.Denominator;
        BigInteger denominator = a.Denominator * b.Numerator;
        return b.IsUndefined ? Undefined : Reduced(b.Sign < 0 ? -numerator : numerator, BigInteger.Abs(denominator));
    }

    /// <summary>Which is greater, of two that are defined.</summary>
    public static int Compare(Rational a, Rational b) =>
        a.IsFinite || b.IsFinite
            ? (a.Numerator * b.Denominator).CompareTo(b.Numerator * a.Denominator)
            : a.Sign.CompareTo(b.Sign);

    /// <summary>The exact value of a finite binary64 number.</summary>
    public static Rational FromDouble(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponentField = (int)(bits >> 52) & 0x7FF;
        long fraction = bits & ((1L << 52) - 1);
        long mantissa = exponentField == 0 ? fraction : fraction | (1L << 52);
        int exponent = Math.Max(exponentField, 1) - 1075;
        BigInteger signed = bits < 0 ? -mantissa : mantissa;
        return exponent >= 0 ? new(signed << exponent, BigInteger.One) : Reduced(signed, BigInteger.One << -exponent);
    }

    public Rational Abs() => this with { Numerator = BigInteger.Abs(Numerator) };

    /// <summary>The greatest integer not above, of a finite one.</summary>
    public BigInteger Floor() => Floor(Numerator, Denominator);

    /// <summary>The least integer not below, of a finite one.</summary>
    public BigInteger Ceiling() => -Floor(-Numerator, Denominator);

    /// <summary>The nearest integer, of two the even one.</summary>
    public BigInteger RoundEven()
    {
        BigInteger twice = Floor((2 * Numerator) + Denominator, Denominator);
        BigInteger up = Floor(twice, 2);
        bool tie = (2 * Numerator) + Denominator == 2 * up * Denominator;
        return tie && !up.IsEven ? up - 1 : up;
    }

    public static BigInteger Floor(BigInteger dividend, BigInteger divisor)
    {
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    /// <summary>Without common powers of two, which is what products and sums of binary64 numbers have.</summary>
    private static Rational Reduced(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero || numerator.IsZero)
        {
            return new(numerator.Sign, denominator.Sign);
        }

        int common = (int)BigInteger.Min(BigInteger.TrailingZeroCount(numerator), BigInteger.TrailingZeroCount(denominator));
        return common == 0 ? new(numerator, denominator) : new(numerator >> common, denominator >> common);
    }
}
