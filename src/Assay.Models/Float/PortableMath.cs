using System.Runtime.Intrinsics;

namespace Assay.Models.Float;

/// <summary>
/// Functions whose results are the same on every machine: only IEEE additions, multiplications, divisions and powers
/// of two, in a fixed order, never the platform's library. Calibration depends on them, and so does a ModelId.
/// </summary>
internal static class PortableMath
{
    private const double Log2E = 1.4426950408889634;

    // ln 2 in two parts: the first has trailing zeros, so that its product with an exponent is exact.
    private const double Ln2High = 0.693145751953125;
    private const double Ln2Low = 1.4286068203094173e-06;

    /// <summary>e^x to a few units in the last place; 0 and infinity outside the range of doubles.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
        {
            return x;
        }

        if (x > 709.7)
        {
            return double.PositiveInfinity;
        }

        if (x < -745)
        {
            return 0;
        }

        double k = Math.Floor(x * Log2E + 0.5);
        double r = x - k * Ln2High - k * Ln2Low;
        double sum = 1;
        for (int i = 14; i >= 1; i--)
        {
            sum = 1 + sum * r / i;
        }

        return Math.ScaleB(sum, (int)k);
    }

    public static double Sigmoid(double x)
    {
        double e = Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }

    public static double Tanh(double x)
    {
        if (Math.Abs(x) < 1e-4)
        {
            return x - x * x * x / 3;
        }

        double e = Exp(-2 * Math.Abs(x));
        double y = (1 - e) / (1 + e);
        return x < 0 ? -y : y;
    }

    /// <summary>The natural logarithm to a few units in the last place; NaN below 0, minus infinity at 0.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
        {
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        }

        int k = Math.ILogB(x);
        double m = Math.ScaleB(x, -k);
        if (m > 1.4142135623730951)
        {
            m /= 2;
            k++;
        }

        // log(m) = 2 artanh((m-1)/(m+1)); |z| <= 0.172, so twelve terms reach past a double's precision.
        double z = (m - 1) / (m + 1);
        double square = z * z;
        double sum = 0;
        for (int i = 25; i >= 1; i -= 2)
        {
            sum = sum * square + 1.0 / i;
        }

        return k * Ln2High + (k * Ln2Low + 2 * z * sum);
    }

    /// <summary>The error function, by a series of positive terms.</summary>
    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (!(a < 6))
        {
            return double.IsNaN(x) ? x : Math.Sign(x);
        }

        double term = a;
        double sum = a;
        for (int n = 1; term > sum * 1e-18; n++)
        {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }

        double y = Math.Min(1, sum * Exp(-a * a) * 1.1283791670955126);
        return x < 0 ? -y : y;
    }

    /// <summary>x to a constant power: by multiplication for small whole powers, else by logarithm (NaN below 0).</summary>
    public static double Pow(double x, double power)
    {
        if (power == 0.5)
        {
            return Math.Sqrt(x);
        }

        if (power == Math.Floor(power) && Math.Abs(power) <= 64)
        {
            double product = 1;
            for (int i = 0; i < Math.Abs(power); i++)
            {
                product *= x;
            }

            return power < 0 ? 1 / product : product;
        }

        if (x < 0 && power == Math.Floor(power))
        {
            double y = Exp(power * Log(-x));
            return power % 2 == 0 ? y : -y;
        }

        return Exp(power * Log(x));
    }

    /// <summary>
    /// A dot product in double in one order on every machine: four partial sums, elements i with i mod 4 equal in each,
    /// joined in pairs. Products of floats are exact in double, so fusing them with the addition changes nothing.
    /// </summary>
    public static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector128<double> low = Vector128<double>.Zero;
        Vector128<double> high = Vector128<double>.Zero;
        int i = 0;
        for (; i <= a.Length - 4; i += 4)
        {
            (Vector128<double> lowA, Vector128<double> highA) = Vector128.Widen(Vector128.Create(a[i..]));
            (Vector128<double> lowB, Vector128<double> highB) = Vector128.Widen(Vector128.Create(b[i..]));
            low += lowA * lowB;
            high += highA * highB;
        }

        double sum = low[0] + low[1] + (high[0] + high[1]);
        for (; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }

    /// <summary>
    /// The least number that is not smaller and has 12 significant bits: scales are rounded to it, so that a last-place
    /// difference anywhere before doesn't show.
    /// </summary>
    public static double RoundUpTo12Bits(double positive)
    {
        int exponent = Math.ILogB(positive);
        return Math.ScaleB(Math.Ceiling(Math.ScaleB(positive, 11 - exponent)), exponent - 11);
    }
}
