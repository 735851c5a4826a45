namespace Assay.Programs;

/// <summary>
/// Functions over <see cref="DoubleBounds"/> by series in binary64, with the errors worked out below and then widened by far
/// more. What isn't certain (a step between the bounds, an argument that may be out of the domain) is unknown.
/// </summary>
internal static class DoubleFunctions
{
    // ln 2 in two parts: the first has 21 zero bits at its end, so that its product with a whole number below 2^21 is exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double OneOverLn2 = 1.44269504088896338700;
    private const double TwoOverRootPi = 1.12837916709551257390;
    private const double RootHalf = 0.70710678118654752440;

    private const double SmallestNormal = 2.2250738585072014e-308;

    // Beyond it exp leaves binary64.
    private const double ExpLimit = 700;

    // Relative widths of what series and their arguments may be off by.
    private const double ExpError = 1.0 / (1L << 46);
    private const double LogError = 1.0 / (1L << 44);
    private const double ErfError = 1.0 / (1L << 40);
    private const double TanhError = 1.0 / (1L << 43);

    // erf(6) > 1 - 2^-50.
    private const double ErfLimit = 6;
    private const double ErfRest = 1.0 / (1L << 50);

    public static DoubleBounds Apply(UnaryFunction function, DoubleBounds a) => a.IsUnknown ? a : function switch
    {
        UnaryFunction.Negate => -a,
        UnaryFunction.Abs => a.Sign switch { 1 => a, -1 => -a, _ => new(0, Math.Max(-a.Lower, a.Upper)) },
        UnaryFunction.Sign => a.Sign == 0 ? DoubleBounds.Unknown : DoubleBounds.Exactly(a.Sign),
        UnaryFunction.Floor => Step(Math.Floor(a.Lower), Math.Floor(a.Upper)),
        UnaryFunction.Ceiling => Step(Math.Ceiling(a.Lower), Math.Ceiling(a.Upper)),
        UnaryFunction.Round => Step(Math.Round(a.Lower), Math.Round(a.Upper)),
        UnaryFunction.Exp => Exp(a),
        UnaryFunction.Log => Log(a),
        UnaryFunction.Sqrt => a.Lower >= 0 ? DoubleBounds.Widened(Math.Sqrt(a.Lower), Math.Sqrt(a.Upper)) : DoubleBounds.Unknown,
        UnaryFunction.Erf => new(Erf(a.Lower).Lower, Erf(a.Upper).Upper),
        UnaryFunction.Sigmoid => DoubleBounds.Exactly(1) / (DoubleBounds.Exactly(1) + Exp(-a)),
        UnaryFunction.Tanh => new(Math.Max(Tanh(a.Lower) - TanhError, -1), Math.Min(Tanh(a.Upper) + TanhError, 1)),
        _ => DoubleBounds.Unknown,
    };

    public static DoubleBounds Apply(BinaryFunction function, DoubleBounds a, DoubleBounds b) =>
        a.IsUnknown || b.IsUnknown ? DoubleBounds.Unknown : function switch
        {
            BinaryFunction.Add => a + b,
            BinaryFunction.Subtract => a - b,
            BinaryFunction.Multiply => a * b,
            BinaryFunction.Divide => a / b,
            BinaryFunction.Min => new(Math.Min(a.Lower, b.Lower), Math.Min(a.Upper, b.Upper)),
            BinaryFunction.Max => new(Math.Max(a.Lower, b.Lower), Math.Max(a.Upper, b.Upper)),
            BinaryFunction.Less or BinaryFunction.LessOrEqual => Truth(a.Upper < b.Lower, a.Lower > b.Upper),
            BinaryFunction.Equal => Truth(false, a.Upper < b.Lower || a.Lower > b.Upper),
            _ => DoubleBounds.Unknown,
        };

    /// <summary>Small whole powers by products, others by exp(y * log x) for a base above 0.</summary>
    public static DoubleBounds Power(DoubleBounds a, double exponent)
    {
        const int LargestProduct = 16;
        if (a.IsUnknown)
        {
            return a;
        }

        if (Math.Floor(exponent) != exponent || Math.Abs(exponent) > LargestProduct)
        {
            return a.Lower > 0 ? Exp(DoubleBounds.Exactly(exponent) * Log(a)) : DoubleBounds.Unknown;
        }

        DoubleBounds factor = exponent % 2 == 0 ? Apply(UnaryFunction.Abs, a) : a;
        DoubleBounds product = DoubleBounds.Exactly(1);
        for (int i = 0; i < Math.Abs(exponent); i++)
        {
            product *= factor;
        }

        return exponent < 0 ? DoubleBounds.Exactly(1) / product : product;
    }

    private static DoubleBounds Step(double lower, double upper) => lower == upper ? DoubleBounds.Exactly(lower) : DoubleBounds.Unknown;

    private static DoubleBounds Truth(bool isTrue, bool isFalse) =>
        isTrue ? DoubleBounds.Exactly(1) : isFalse ? DoubleBounds.Exactly(0) : DoubleBounds.Unknown;

    private static DoubleBounds Exp(DoubleBounds a)
    {
        if (a.IsUnknown)
        {
            return a;
        }

        double lower = a.Lower < -ExpLimit ? 0 : Exp(Math.Min(a.Lower, ExpLimit)) * (1 - ExpError);
        double upper = a.Upper > ExpLimit ? double.PositiveInfinity : Exp(Math.Max(a.Upper, -ExpLimit)) * (1 + ExpError);
        return new(lower, upper);
    }

    /// <summary>
    /// exp of a number of magnitude 700 at most. n*Ln2High and its difference from a are exact; the rest r of at most 0.35 is off
    /// by less than 2^-52. The series to r^13 leaves out less than 2^-57; sums and products of Horner's rule add less than 2^-50.
    /// The product with 2^n is exact.
    /// </summary>
    private static double Exp(double a)
    {
        double n = Math.Round(a * OneOverLn2);
        double r = a - (n * Ln2High) - (n * Ln2Low);
        double sum = 1;
        for (int i = 13; i > 0; i--)
        {
            sum = 1 + (sum * r / i);
        }

        return sum * BitConverter.Int64BitsToDouble((1023L + (long)n) << 52);
    }

    private static DoubleBounds Log(DoubleBounds a)
    {
        if (!(a.Lower > 0))
        {
            return DoubleBounds.Unknown;
        }

        double lower = Log(a.Lower);
        double upper = double.IsFinite(a.Upper) ? Log(a.Upper) : double.PositiveInfinity;
        return new(lower - ((Math.Abs(lower) + 1) * LogError), upper + ((Math.Abs(upper) + 1) * LogError));
    }

    /// <summary>
    /// log of a positive number, m*2^k with m from sqrt(1/2) to sqrt 2: k*ln 2 + 2*artanh z, z = (m-1)/(m+1), |z| below 0.172. The
    /// series to z^25 leaves out less than 2^-60; roundings are below 2^-49 of the two parts, k*ln 2 (at most 745) and one
    /// below 0.35.
    /// </summary>
    private static double Log(double a)
    {
        // Numbers below the normal ones come in by 2^54.
        int k = 0;
        if (a < SmallestNormal)
        {
            a *= 1L << 54;
            k = -54;
        }

        long bits = BitConverter.DoubleToInt64Bits(a);
        k += (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & ((1L << 52) - 1)) | (1023L << 52));
        if (m > 2 * RootHalf)
        {
            m /= 2;
            k++;
        }

        double z = (m - 1) / (m + 1);
        double square = z * z;
        double sum = 0;
        for (int i = 25; i > 0; i -= 2)
        {
            sum = (sum * square) + (1.0 / i);
        }

        return (k * (Ln2High + Ln2Low)) + (2 * z * sum);
    }

    /// <summary>
    /// erf x = 2/sqrt(pi) * exp(-x^2) * sum over n of 2^n x^(2n+1) / (1*3*..*(2n+1)), all terms of one sign. Up to x = 6 there
    /// are fewer than 200, each off by less than 800 * 2^-53, and exp(-x^2) by less than 2^-45.
    /// </summary>
    private static DoubleBounds Erf(double x)
    {
        if (x < 0)
        {
            return -Erf(-x);
        }

        if (x >= ErfLimit)
        {
            return new(1 - ErfRest, 1);
        }

        double square = x * x;
        double sum = 0;
        double term = x;
        for (int n = 3; term > sum * ErfRest; n += 2)
        {
            sum += term;
            term *= 2 * square / n;
        }

        double erf = TwoOverRootPi * Exp(-square) * sum;
        return new(Math.Max(erf * (1 - ErfError), 0), Math.Min(erf * (1 + ErfError), 1));
    }

    /// <summary>tanh |x| = (1-e)/(1+e) with e = exp(-2|x|): off by less than 2^-45.</summary>
    private static double Tanh(double x)
    {
        double e = Exp(-Math.Min(2 * Math.Abs(x), ExpLimit));
        double tanh = (1 - e) / (1 + e);
        return x < 0 ? -tanh : tanh;
    }
}
