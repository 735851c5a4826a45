using System.Numerics;

namespace Assay.Programs;

/// <summary>
/// Bounds of functions in integer arithmetic. Arguments and bounds are multiples of 2^-bits; a function's value lies strictly
/// between its bounds, except that of 0, where it may be one.
/// </summary>
internal sealed class Transcendental(int bits)
{
    private const int GuardBits = 64;

    // In units of the working precision. Series have fewer than 2^13 terms, each off by a few units; constants are off by
    // fewer than 2^13, and are multiplied by less than 2^17.
    private static readonly BigInteger Margin = BigInteger.One << 40;

    /// <summary>Larger values of exp have no upper bound.</summary>
    private const int ExpBits = 1 << 14;

    private readonly int _working = bits + GuardBits;
    private readonly BigInteger _one = BigInteger.One << bits;
    private readonly BigInteger _unit = BigInteger.One << (bits + GuardBits);
    private readonly BigInteger _ln2 = ComputeLn2(bits + GuardBits);
    private BigInteger? _twoOverRootPi;
    private Transcendental? _wider;

    public static BigInteger FloorSqrt(BigInteger value)
    {
        if (value.IsZero)
        {
            return value;
        }

        // Newton's steps from above fall until they are there.
        BigInteger root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (value / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    public (BigInteger Lower, BigInteger? Upper) Exp(BigInteger a)
    {
        // exp(-x) < 2^-x.
        if (a <= -bits * _one)
        {
            return (0, 1);
        }

        BigInteger argument = a << GuardBits;
        BigInteger halvings = Rational.Floor(argument, _ln2);
        if (halvings > ExpBits)
        {
            return (_one << ExpBits, null);
        }

        // exp(a) = 2^n * exp(rest), 0 <= rest < ln 2.
        BigInteger rest = argument - (halvings * _ln2);
        BigInteger sum = 0;
        BigInteger term = _unit;
        for (int n = 1; !term.IsZero; n++)
        {
            sum += term;
            term = ((term * rest) >> _working) / n;
        }

        int shift = (int)halvings - GuardBits;
        return (Shifted(sum - Margin, shift), Shifted(sum + Margin, shift) + 1);
    }

    public (BigInteger Lower, BigInteger? Upper) Sigmoid(BigInteger a)
    {
        if (a.IsZero)
        {
            return (_one >> 1, _one >> 1);
        }

        // Of e = exp(-|a|): 1/(1+e) falls with e, e/(1+e) rises.
        (BigInteger low, BigInteger high) = ExpOfMinus(BigInteger.Abs(a));
        return a.Sign > 0
            ? (_one * _one / (_one + high), BigInteger.Min((_one * _one / (_one + low)) + 1, _one))
            : (low * _one / (_one + low), (high * _one / (_one + high)) + 1);
    }

    public (BigInteger Lower, BigInteger? Upper) Tanh(BigInteger a)
    {
        if (a.IsZero)
        {
            return (0, 0);
        }

        // tanh |a| = (1-e)/(1+e) with e = exp(-2|a|), falling with e.
        (BigInteger low, BigInteger high) = ExpOfMinus(2 * BigInteger.Abs(a));
        BigInteger lower = (_one - high) * _one / (_one + high);
        BigInteger upper = BigInteger.Min(((_one - low) * _one / (_one + low)) + 1, _one);
        return a.Sign > 0 ? (lower, upper) : (-upper, -lower);
    }

    /// <summary>The natural logarithm of a positive number.</summary>
    public (BigInteger Lower, BigInteger Upper) Log(BigInteger a)
    {
        // a = 2^k * m, 1 <= m < 2; log m = 2 * artanh((m-1)/(m+1)).
        int length = (int)a.GetBitLength();
        BigInteger mantissa = Shifted(a, _working + 1 - length);
        BigInteger z = ((mantissa - _unit) << _working) / (mantissa + _unit);
        BigInteger square = (z * z) >> _working;
        BigInteger sum = 0;
        for (int n = 1; !z.IsZero; n += 2)
        {
            sum += z / n;
            z = (z * square) >> _working;
        }

        BigInteger log = (2 * sum) + ((length - 1 - bits) * _ln2);
        return ((log - Margin) >> GuardBits, ((log + Margin) >> GuardBits) + 1);
    }

    public (BigInteger Lower, BigInteger? Upper) Erf(BigInteger a)
    {
        if (a.IsZero)
        {
            return (0, 0);
        }

        if (a.Sign < 0)
        {
            (BigInteger lower, BigInteger? upper) = Erf(-a);
            return (-upper!.Value, -lower);
        }

        // 1 - erf(x) < exp(-x^2) for x > 0.
        if (a * a >= bits * _one * _one)
        {
            return (_one - 1, _one);
        }

        // erf x = 2/sqrt(pi) * exp(-x^2) * sum over n of 2^n x^(2n+1) / (1*3*..*(2n+1)): no term is negative.
        BigInteger x = a << GuardBits;
        BigInteger square = (x * x) >> _working;
        BigInteger sum = 0;
        BigInteger term = x;
        for (int n = 3; !term.IsZero; n += 2)
        {
            sum += term;
            term = ((term * square) >> (_working - 1)) / n;
        }

        _wider ??= new Transcendental(_working);
        _twoOverRootPi ??= (_unit << (_working + 1)) / FloorSqrt(ComputePi(_working) << _working);
        BigInteger scaled = ((sum << _working) / _wider.Exp(square).Lower * _twoOverRootPi.Value) >> _working;
        return ((scaled - Margin) >> GuardBits, BigInteger.Min(((scaled + Margin) >> GuardBits) + 1, _one));
    }

    /// <summary>exp(-x), at most 1, of a positive number.</summary>
    private (BigInteger Lower, BigInteger Upper) ExpOfMinus(BigInteger x)
    {
        (BigInteger lower, BigInteger? upper) = Exp(-x);
        return (BigInteger.Max(lower, 0), BigInteger.Min(upper!.Value, _one));
    }

    private static BigInteger Shifted(BigInteger value, int places) => places >= 0 ? value << places : value >> -places;

    /// <summary><c>ln 2 = 2 * artanh(1/3)</c>, below by at most a few units per term.</summary>
    private static BigInteger ComputeLn2(int bits)
    {
        BigInteger sum = BigInteger.Zero;
        BigInteger power = (BigInteger.One << (bits + 1)) / 3;
        for (int n = 1; !power.IsZero; n += 2)
        {
            sum += power / n;
            power /= 9;
        }

        return sum;
    }

    /// <summary><c>pi = 16 arctan(1/5) - 4 arctan(1/239)</c> (Machin), off by a few units per term.</summary>
    private static BigInteger ComputePi(int bits) => (16 * Arctan(5, bits)) - (4 * Arctan(239, bits));

    private static BigInteger Arctan(int inverse, int bits)
    {
        BigInteger sum = 0;
        BigInteger power = (BigInteger.One << bits) / inverse;
        for (int n = 1; !power.IsZero; n += 2)
        {
            sum += (n & 2) == 0 ? power / n : -(power / n);
            power /= inverse * inverse;
        }

        return sum;
    }
}
