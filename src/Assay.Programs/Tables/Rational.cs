using System.Numerics;

namespace Assay.Programs;

/// <summary>A fraction with a positive denominator, not necessarily reduced.</summary>
internal readonly record struct Rational(BigInteger Numerator, BigInteger Denominator)
{
    public int Sign => Numerator.Sign;

    /// <summary>The exact value of a finite binary64 number.</summary>
    public static Rational FromDouble(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponentField = (int)(bits >> 52) & 0x7FF;
        long fraction = bits & ((1L << 52) - 1);
        long mantissa = exponentField == 0 ? fraction : fraction | (1L << 52);
        int exponent = Math.Max(exponentField, 1) - 1075;
        BigInteger signed = bits < 0 ? -mantissa : mantissa;
        return exponent >= 0 ? new(signed << exponent, BigInteger.One) : new(signed, BigInteger.One << -exponent);
    }

    public Rational Times(int factor) => this with { Numerator = Numerator * factor };

    public Rational Abs() => this with { Numerator = BigInteger.Abs(Numerator) };
}
