using System.Numerics;

namespace Assay.Programs;

internal sealed partial class RealArithmetic
{
    // Whole exponents up to here are products; beyond, results of any interest are out of every range.
    private const int LargestProductExponent = 1024;

    public Real Apply(UnaryFunction function, Real a) => function switch
    {
        UnaryFunction.Negate => Negate(a),
        UnaryFunction.Abs => Abs(a),
        UnaryFunction.Sign => SignOf(a),
        UnaryFunction.Floor => Stepwise(a, exact => exact.Floor()),
        UnaryFunction.Ceiling => Negate(Stepwise(Negate(a), exact => exact.Floor())),
        UnaryFunction.Round => Stepwise(a, exact => exact.RoundEven()),
        UnaryFunction.Exp => Monotone(a, Rational.Zero, Rational.One, Rational.Infinity, _functions.Exp),
        UnaryFunction.Log => Log(a),
        UnaryFunction.Sqrt => Sqrt(a),
        UnaryFunction.Erf => Monotone(a, -Rational.One, Rational.Zero, Rational.One, _functions.Erf),
        UnaryFunction.Sigmoid => Monotone(a, Rational.Zero, new(1, 2), Rational.One, _functions.Sigmoid),
        UnaryFunction.Tanh => Monotone(a, -Rational.One, Rational.Zero, Rational.One, _functions.Tanh),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    public Real Apply(BinaryFunction function, Real a, Real b) => function switch
    {
        BinaryFunction.Add => Add(a, b),
        BinaryFunction.Subtract => Subtract(a, b),
        BinaryFunction.Multiply => Multiply(a, b),
        BinaryFunction.Divide => Divide(a, b),
        BinaryFunction.Min => Min(a, b),
        BinaryFunction.Max => Max(a, b),
        BinaryFunction.Less => Less(a, b),
        BinaryFunction.LessOrEqual => LessOrEqual(a, b),
        BinaryFunction.Equal => Equal(a, b),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };

    /// <summary>
    /// Whole exponents by products, halves by a root and products, others by exp(y * log x). A base below 0 has no power
    /// that isn't whole.
    /// </summary>
    public Real Power(Real a, double exponent)
    {
        if (Math.Abs(exponent) <= LargestProductExponent && Math.Floor(2 * exponent) == 2 * exponent)
        {
            bool whole = Math.Floor(exponent) == exponent;
            Real power = whole ? Product(a, (int)Math.Abs(exponent)) : Product(Sqrt(a), (int)Math.Abs(2 * exponent));
            return exponent < 0 ? Divide(Rational.One, power) : power;
        }

        // The remainder of a division is exact in binary64; a number of 2^53 or more is whole and even.
        bool isWhole = Math.Floor(exponent) == exponent;
        Real magnitude = isWhole ? Abs(a) : a;
        Real result = Apply(UnaryFunction.Exp, Multiply(Rational.FromDouble(exponent), Log(magnitude)));
        return isWhole && exponent % 2 != 0 ? Multiply(SignOf(a), result) : result;
    }

    /// <summary>Where the condition isn't 0 the first, else the second.</summary>
    public Real Choose(Real condition, Func<Real> a, Func<Real> b) =>
        condition.Exact is { } exact ? exact.IsUndefined ? exact : exact.Sign != 0 ? a() : b()
        : condition.Sign is not null ? a()
        : Either(a(), b());

    private static Real Abs(Real a) =>
        a.Exact is { } exact ? exact.Abs()
        : a.Sign is int sign ? sign < 0 ? Negate(a) : a
        : Real.Between(0, a.Lower is { } lower && a.Upper is { } upper ? BigInteger.Max(-lower, upper) : null, false);

    private Real SignOf(Real a) =>
        a.Exact is { } exact ? exact.IsUndefined ? exact : new Rational(exact.Sign, 1)
        : a.Sign is int sign ? new Rational(sign, 1)
        : Real.Between(-_one, _one, false);

    private Real Product(Real a, int exponent)
    {
        // Even powers of a number whose sign isn't known have none all the same.
        Real square = (exponent & 1) == 0 ? Abs(a) : a;
        Real product = Rational.One;
        for (int rest = exponent; rest > 0; rest >>= 1)
        {
            product = (rest & 1) != 0 ? Multiply(product, square) : product;
            square = rest > 1 ? Multiply(square, square) : square;
        }

        return product;
    }

    /// <summary>A function to whole numbers that never falls.</summary>
    private Real Stepwise(Real a, Func<Rational, BigInteger> step)
    {
        if (a.Exact is { } exact)
        {
            return exact.IsFinite ? new Rational(step(exact), 1) : exact;
        }

        BigInteger? lower = a.Lower is { } l ? step(new(l, _one)) : null;

        // A bound that isn't reached: a little below it nothing else happens, unless the step is at the bound.
        BigInteger? upper = a.Upper is { } u ? step(a.Strict ? new((2 * u) - 1, 2 * _one) : new(u, _one)) : null;
        return lower is { } value && value == upper ? new Rational(value, 1) : Limited(lower * _one, upper * _one, false);
    }

    private Real Sqrt(Real a)
    {
        if (a.Exact is { } exact)
        {
            if (!exact.IsFinite || exact.Sign < 0)
            {
                return exact.Sign > 0 ? exact : Rational.Undefined;
            }

            // n/d = n*d/d^2.
            BigInteger square = exact.Numerator * exact.Denominator;
            BigInteger root = Transcendental.FloorSqrt(square);
            if (root * root == square)
            {
                return Of(new Rational(root, 1) / new Rational(exact.Denominator, 1));
            }
        }

        a = Bounds(a);
        return a.Sign == -1
            ? Rational.Undefined
            : Real.Between(
                a.Lower is { Sign: > 0 } lower ? Transcendental.FloorSqrt(lower << bits) : 0,
                a.Upper is { } upper ? Transcendental.FloorSqrt(upper << bits) + 1 : null,
                a.Strict && a.Lower is { Sign: >= 0 });
    }

    private Real Log(Real a)
    {
        if (a.Exact is { } exact)
        {
            if (exact.Sign <= 0 || !exact.IsFinite)
            {
                return exact.Sign < 0 || exact.IsUndefined ? Rational.Undefined : exact.IsFinite ? -Rational.Infinity : exact;
            }

            if (exact.Numerator == exact.Denominator)
            {
                return Rational.Zero;
            }
        }

        a = Bounds(a);
        return a.Sign == -1
            ? Rational.Undefined
            : Real.Between(
                a.Lower is { Sign: > 0 } lower ? _functions.Log(lower).Lower : null,
                a.Upper is { } upper ? _functions.Log(BigInteger.Max(upper, 1)).Upper : null,
                true);
    }

    /// <summary>A rising function whose values at minus infinity, 0 and infinity are rational.</summary>
    private Real Monotone(
        Real a, Rational low, Rational atZero, Rational high, Func<BigInteger, (BigInteger Lower, BigInteger? Upper)> function)
    {
        if (a.Exact is { } exact && (!exact.IsFinite || exact.Sign == 0))
        {
            return exact.IsUndefined ? exact : exact.IsFinite ? atZero : exact.Sign < 0 ? low : high;
        }

        a = Bounds(a);
        if (a.Lower is { } x && x == a.Upper)
        {
            (BigInteger lower, BigInteger? upper) = function(x);
            return Limited(lower, upper, true);
        }

        // Between what the bounds give; a missing bound gives the limit, whose own bounds are exact.
        return Limited(
            a.Lower is { } l ? function(l).Lower : Bounds(low).Lower,
            a.Upper is { } u ? function(u).Upper : high.IsFinite ? Bounds(high).Upper : null,
            a.Strict || a.Upper is not { IsZero: true });
    }
}
