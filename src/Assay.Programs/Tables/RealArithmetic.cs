using System.Numerics;

namespace Assay.Programs;

/// <summary>Exact arithmetic where numbers are rational, and arithmetic of bounds with so many fractional bits where they aren't.</summary>
internal sealed partial class RealArithmetic(int bits)
{
    /// <summary>Rationals with longer parts go on between bounds.</summary>
    private const int ExactBits = 1 << 14;

    /// <summary>Bounds are at most 2^16384; beyond, there is none.</summary>
    private const int MagnitudeBits = 1 << 14;

    private readonly Transcendental _functions = new(bits);
    private readonly BigInteger _one = BigInteger.One << bits;
    private readonly BigInteger _largest = BigInteger.One << (MagnitudeBits + bits);

    public static Real Negate(Real a) => a.Exact is { } exact ? -exact : Real.Between(-a.Upper, -a.Lower, a.Strict);

    public Real Add(Real a, Real b)
    {
        if (a.Exact is { } x && b.Exact is { } y)
        {
            return Of(x + y);
        }

        if (NotFinite(a, b) is { } infinite)
        {
            return infinite;
        }

        (a, b) = (Bounds(a), Bounds(b));
        return Limited(a.Lower + b.Lower, a.Upper + b.Upper, a.Strict && b.Strict);
    }

    public Real Multiply(Real a, Real b)
    {
        if (a.Exact is { } x && b.Exact is { } y)
        {
            return Of(x * y);
        }

        if (NotFinite(a, b) is { } infinite)
        {
            Real other = a.Exact is null ? a : b;
            return infinite.IsUndefined ? infinite : other.Sign is int sign ? infinite * new Rational(sign, 1) : Real.Unknown;
        }

        if (a.Exact is { Sign: 0 } || b.Exact is { Sign: 0 })
        {
            return Rational.Zero;
        }

        (a, b) = (Bounds(a), Bounds(b));
        bool strict = a.Strict && b.Strict;
        if (a.Lower is { } al && a.Upper is { } au && b.Lower is { } bl && b.Upper is { } bu)
        {
            BigInteger ll = al * bl;
            BigInteger lu = al * bu;
            BigInteger ul = au * bl;
            BigInteger uu = au * bu;
            return Limited(
                BigInteger.Min(BigInteger.Min(ll, lu), BigInteger.Min(ul, uu)) >> bits,
                -(-BigInteger.Max(BigInteger.Max(ll, lu), BigInteger.Max(ul, uu)) >> bits),
                strict);
        }

        // One of them has no bound on a side: told apart by signs, or nothing is known.
        return (Below(a, 0), Below(b, 0), Above(a, 0), Above(b, 0)) switch
        {
            (_, _, true, true) => Limited((a.Lower!.Value * b.Lower!.Value) >> bits, null, strict),
            (true, _, _, true) => Negate(Multiply(Negate(a), b)),
            (_, true, true, _) => Negate(Multiply(a, Negate(b))),
            (true, true, _, _) => Multiply(Negate(a), Negate(b)),
            _ => Real.Unknown,
        };
    }

    public Real Divide(Real a, Real b)
    {
        if (a.Exact is { } x && b.Exact is { } y)
        {
            return Of(x / y);
        }

        if (NotFinite(a, b) is { IsUndefined: true })
        {
            return Rational.Undefined;
        }

        if (b.Exact is { IsFinite: false } || a.Exact is { Sign: 0 })
        {
            return Rational.Zero;
        }

        if (a.Exact is { IsFinite: false } infinite)
        {
            return b.Sign is int divisor ? infinite * new Rational(divisor, 1) : Real.Unknown;
        }

        if (b.Exact is { Sign: 0 })
        {
            return a.Sign is int dividend ? new Rational(dividend, 0) : Real.Unknown;
        }

        (a, b) = (Bounds(a), Bounds(b));
        if (Below(b, 0))
        {
            (a, b) = (Negate(a), Negate(b));
        }

        if (!Above(b, 0) || (b.Lower!.Value.IsZero && !b.Strict))
        {
            return Real.Unknown;
        }

        BigInteger least = b.Lower.Value;
        BigInteger? lower = a.Lower is { } al ? al.Sign < 0 ? Over(al, least) : Over(al, b.Upper) : null;
        BigInteger? upper = -(a.Upper is { } au ? au.Sign > 0 ? Over(-au, least) : Over(-au, b.Upper) : null);
        return Limited(lower, upper, a.Strict && b.Strict);
    }

    public Real Min(Real a, Real b) => Negate(Max(Negate(a), Negate(b)));

    public Real Max(Real a, Real b)
    {
        if (a.Exact is { IsUndefined: true } || b.Exact is { IsUndefined: true })
        {
            return Rational.Undefined;
        }

        if (Less(a, b).Exact is { } less)
        {
            return less.Sign != 0 ? b : a;
        }

        // They overlap. An exact one may be the result, so the bounds may be reached.
        bool strict = a.Exact is null && b.Exact is null && a.Strict && b.Strict;
        (a, b) = (Bounds(a), Bounds(b));
        BigInteger? lower = a.Lower is not { } al ? b.Lower : b.Lower is not { } bl ? a.Lower : BigInteger.Max(al, bl);
        BigInteger? upper = a.Upper is { } au && b.Upper is { } bu ? BigInteger.Max(au, bu) : null;
        return Real.Between(lower, upper, strict);
    }

    /// <summary>1 or 0; between them where the bounds don't tell.</summary>
    public Real Less(Real a, Real b) => Compared(a, b, exact => exact < 0, ifBelow: true);

    public Real LessOrEqual(Real a, Real b) => Subtract(Rational.One, Less(b, a));

    public Real Equal(Real a, Real b) => Compared(a, b, exact => exact == 0, ifBelow: false);

    public Real Subtract(Real a, Real b) => Add(a, Negate(b));

    /// <summary>Where it isn't known which of the two it is.</summary>
    public Real Either(Real a, Real b)
    {
        if (a == b)
        {
            return a;
        }

        if (a.Exact is { IsFinite: false } || b.Exact is { IsFinite: false })
        {
            return Real.Between(null, null, false);
        }

        (a, b) = (Bounds(a), Bounds(b));
        return Real.Between(
            a.Lower is { } al && b.Lower is { } bl ? BigInteger.Min(al, bl) : null,
            a.Upper is { } au && b.Upper is { } bu ? BigInteger.Max(au, bu) : null,
            false);
    }

    /// <summary>An exact number, or its bounds where it has become too long.</summary>
    private Real Of(Rational value)
    {
        if (!value.IsFinite || value.Bits <= ExactBits)
        {
            return value;
        }

        Real bounds = Bounds(value);
        return Limited(bounds.Lower, bounds.Upper, bounds.Lower != bounds.Upper);
    }

    /// <summary>A finite number between bounds. Those of an exact one count as strict: with a number that isn't exact, results are.</summary>
    private Real Bounds(Real a)
    {
        if (a.Exact is not { } exact)
        {
            return a;
        }

        Rational scaled = exact with { Numerator = exact.Numerator << bits };
        return Real.Between(scaled.Floor(), scaled.Ceiling(), true);
    }

    private Real Limited(BigInteger? lower, BigInteger? upper, bool strict) => Real.Between(
        lower is { } l ? l > _largest ? _largest : l < -_largest ? null : l : null,
        upper is { } u ? u < -_largest ? -_largest : u > _largest ? null : u : null,
        strict);

    /// <summary>What isn't finite decides sums alone: the other is a number between bounds.</summary>
    private static Rational? NotFinite(Real a, Real b) =>
        a.Exact is { IsFinite: false } ? a.Exact : b.Exact is { IsFinite: false } ? b.Exact : null;

    private static bool Above(Real a, int value) => a.Lower is { } lower && lower >= value;

    private static bool Below(Real a, int value) => a.Upper is { } upper && upper <= value;

    /// <summary>The quotient downwards. No divisor is an infinite one, of which the quotient is 0; 0 as a divisor gives no bound.</summary>
    private BigInteger? Over(BigInteger dividend, BigInteger? divisor) =>
        divisor is not { } d ? 0
        : d.IsZero ? null
        : Rational.Floor(dividend << bits, d);

    private Real Compared(Real a, Real b, Func<int, bool> exact, bool ifBelow)
    {
        if (a.Exact is { IsUndefined: true } || b.Exact is { IsUndefined: true })
        {
            return Rational.Undefined;
        }

        if (a.Exact is { } x && b.Exact is { } y)
        {
            return exact(Rational.Compare(x, y)) ? Rational.One : Rational.Zero;
        }

        if (NotFinite(a, b) is { } infinite)
        {
            bool isBelow = a.Exact is null ? infinite.Sign > 0 : infinite.Sign < 0;
            return ifBelow && isBelow ? Rational.One : Rational.Zero;
        }

        // Where a bound is the other's, a number that doesn't reach its own is apart.
        bool apart = (a.Exact is null && a.Strict) || (b.Exact is null && b.Strict);
        (a, b) = (Bounds(a), Bounds(b));
        return IsBelow(a.Upper, b.Lower, apart) ? ifBelow ? Rational.One : Rational.Zero
            : IsBelow(b.Upper, a.Lower, apart) ? Rational.Zero
            : Real.Between(0, _one, false);
    }

    private static bool IsBelow(BigInteger? upper, BigInteger? lower, bool apart) => apart ? upper <= lower : upper < lower;
}
