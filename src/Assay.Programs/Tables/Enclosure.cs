using System.Numerics;

namespace Assay.Programs;

/// <summary>
/// A number that lies strictly between two rationals, or is exactly one (both bounds equal). Bounds share a
/// positive denominator each for the lower and the upper end.
/// </summary>
internal readonly record struct Enclosure(Rational Lower, Rational Upper)
{
    public static Enclosure Exactly(BigInteger numerator, BigInteger denominator) =>
        new(new(numerator, denominator), new(numerator, denominator));

    public Enclosure Negated() => new(Negate(Upper), Negate(Lower));

    /// <summary>
    /// The enclosed number over <paramref name="unit"/>, rounded half up and clamped; null where the bounds are too
    /// far apart to tell.
    /// </summary>
    public short? TryRound(Rational unit, short lo, short hi)
    {
        BigInteger least = RoundedFloor(Lower, unit, out _);

        // Just below the upper bound, unless the number is the bound itself: a bound that is exactly on a step isn't reached.
        BigInteger most = RoundedFloor(Upper, unit, out bool onStep);
        if (onStep && Lower != Upper)
        {
            most -= 1;
        }

        least = BigInteger.Clamp(least, lo, hi);
        most = BigInteger.Clamp(most, lo, hi);
        return least == most ? (short)least : null;
    }

    /// <summary><c>floor(value/unit + 1/2)</c>.</summary>
    private static BigInteger RoundedFloor(Rational value, Rational unit, out bool exact)
    {
        BigInteger denominator = value.Denominator * unit.Numerator * 2;
        BigInteger numerator = (value.Numerator * unit.Denominator * 2) + (value.Denominator * unit.Numerator);
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        exact = remainder.IsZero;
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    private static Rational Negate(Rational value) => value with { Numerator = -value.Numerator };
}
