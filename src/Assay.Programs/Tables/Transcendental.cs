using System.Numerics;

namespace Assay.Programs;

/// <summary>Enclosures of exp, sigmoid and tanh at rational arguments, in integer arithmetic.</summary>
internal static class Transcendental
{
    // More than enough for the rounding errors of all steps below: fewer than 2^24 of at most a few units each.
    private const int GuardBits = 32;

    // Nearly every entry is decided at the first number of bits.
    private const int UsualBits = TableBuilder.FirstBits + GuardBits;
    private static readonly BigInteger UsualLn2 = ComputeLn2(UsualBits);

    /// <summary><c>exp(-x)</c>, x >= 0, within 2 units of 2^-bits.</summary>
    public static Enclosure ExpOfMinus(Rational x, int bits)
    {
        BigInteger one = BigInteger.One << bits;
        if (x.Sign == 0)
        {
            return Enclosure.Exactly(one, one);
        }

        // exp(-x) < 2^-x <= 2^-bits.
        if (x.Numerator >= x.Denominator * bits)
        {
            return new(new(BigInteger.Zero, one), new(BigInteger.One, one));
        }

        BigInteger approximation = FixedExpOfMinus(x, bits);
        return new(new(BigInteger.Max(approximation - 1, 0), one), new(approximation + 2, one));
    }

    /// <summary><c>1/(1 + exp(-x))</c>.</summary>
    public static Enclosure Sigmoid(Rational x, int bits)
    {
        if (x.Sign == 0)
        {
            return Enclosure.Exactly(1, 2);
        }

        // Of e = exp(-|x|): 1/(1+e) falls with e, e/(1+e) rises.
        (Rational low, Rational high) = ExpOfMinus(x.Abs(), bits);
        return x.Sign > 0
            ? new(new(high.Denominator, high.Denominator + high.Numerator), new(low.Denominator, low.Denominator + low.Numerator))
            : new(new(low.Numerator, low.Denominator + low.Numerator), new(high.Numerator, high.Denominator + high.Numerator));
    }

    /// <summary><c>tanh(x)</c>.</summary>
    public static Enclosure Tanh(Rational x, int bits)
    {
        if (x.Sign == 0)
        {
            return Enclosure.Exactly(0, 1);
        }

        // tanh |x| = (1-e)/(1+e) with e = exp(-2|x|), falling with e.
        (Rational low, Rational high) = ExpOfMinus(x.Abs().Times(2), bits);
        Enclosure ofMagnitude = new(
            new(high.Denominator - high.Numerator, high.Denominator + high.Numerator),
            new(low.Denominator - low.Numerator, low.Denominator + low.Numerator));
        return x.Sign > 0 ? ofMagnitude : ofMagnitude.Negated();
    }

    /// <summary>The integer part of <c>exp(-x) * 2^bits</c>, off by at most one.</summary>
    private static BigInteger FixedExpOfMinus(Rational x, int bits)
    {
        int working = bits + GuardBits;
        BigInteger argument = (x.Numerator << working) / x.Denominator;

        // exp(-x) = 2^-halvings * exp(-rest), 0 <= rest < ln 2.
        BigInteger halvings = BigInteger.DivRem(argument, Ln2(working), out BigInteger rest);
        BigInteger sum = BigInteger.Zero;
        BigInteger term = BigInteger.One << working;
        for (int n = 1; !term.IsZero; n++)
        {
            sum += (n & 1) == 1 ? term : -term;
            term = ((term * rest) >> working) / n;
        }

        return sum >> (GuardBits + (int)halvings);
    }

    private static BigInteger Ln2(int bits) => bits == UsualBits ? UsualLn2 : ComputeLn2(bits);

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
}
