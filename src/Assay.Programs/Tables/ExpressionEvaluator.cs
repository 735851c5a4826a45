using System.Numerics;

namespace Assay.Programs;

/// <summary>
/// Entries of a table: nearly all by bounds in binary64, which is fast; where those round apart by exact arithmetic and longer
/// bounds, with more bits until they don't.
/// </summary>
internal sealed class ExpressionEvaluator(ScalarFunction function, double scaleIn, double scaleOut, short lo, short hi)
{
    public const int FirstBits = 128;
    public const int LastBits = 1024;

    private readonly Dictionary<int, RealArithmetic> _arithmetics = [];
    private readonly Rational _scaleIn = Rational.FromDouble(scaleIn);
    private readonly Rational _scaleOut = Rational.FromDouble(scaleOut);

    /// <summary>The entry for the argument <c>q*scaleIn</c>; null where the function isn't defined.</summary>
    public short? Entry(int q) => QuickEntry(q) ?? ExactEntry(q);

    /// <summary>The entry, where bounds in binary64 tell it.</summary>
    public short? QuickEntry(int q)
    {
        DoubleBounds value = Evaluate(function, DoubleBounds.Widened(q * scaleIn, q * scaleIn));
        DoubleBounds rounded = (value / DoubleBounds.Exactly(scaleOut)) + DoubleBounds.Exactly(0.5);
        double least = Math.Clamp(Math.Floor(rounded.Lower), lo, hi);
        double most = Math.Clamp(Math.Floor(rounded.Upper), lo, hi);
        return least == most ? (short)least : null;
    }

    /// <summary>The entry without a look at the quick one.</summary>
    public short? ExactEntry(int q)
    {
        Rational argument = _scaleIn * new Rational(q, 1);
        for (int bits = FirstBits; ; bits *= 2)
        {
            if (!_arithmetics.TryGetValue(bits, out RealArithmetic? arithmetic))
            {
                _arithmetics.Add(bits, arithmetic = new RealArithmetic(bits));
            }

            Real value = Evaluate(function, argument, arithmetic);
            if (value.Exact is { } exact)
            {
                return exact.IsUndefined ? null : exact.IsFinite ? Rounded(exact, out _) : exact.Sign < 0 ? lo : hi;
            }

            BigInteger one = BigInteger.One << bits;
            short least = value.Lower is { } lower ? Rounded(new(lower, one), out _) : lo;
            short most = hi;
            if (value.Upper is { } upper)
            {
                // A bound that is exactly on a step and isn't reached belongs below it.
                most = Rounded(new(upper, one), out bool onStep);
                most = onStep && value.Strict && most > least ? (short)(most - 1) : most;
            }

            if (least == most || bits == LastBits)
            {
                return most;
            }
        }
    }

    private static DoubleBounds Evaluate(ScalarFunction f, DoubleBounds x)
    {
        switch (f)
        {
            case ScalarFunction.Argument:
                return x;
            case ScalarFunction.Number number:
                return DoubleBounds.Exactly(number.Value);
            case ScalarFunction.Unary unary:
                return DoubleFunctions.Apply(unary.Function, Evaluate(unary.A, x));
            case ScalarFunction.Binary { Function: BinaryFunction.Power, B: ScalarFunction.Number exponent } power:
                return DoubleFunctions.Power(Evaluate(power.A, x), exponent.Value);
            case ScalarFunction.Binary binary:
                return DoubleFunctions.Apply(binary.Function, Evaluate(binary.A, x), Evaluate(binary.B, x));
            case ScalarFunction.Choice choice:
                DoubleBounds condition = Evaluate(choice.Condition, x);
                return condition.Sign != 0 ? Evaluate(choice.A, x)
                    : condition is { Lower: 0, Upper: 0 } ? Evaluate(choice.B, x)
                    : DoubleBounds.Unknown;
            default:
                throw new ArgumentException("No such function.", nameof(f));
        }
    }

    private static Real Evaluate(ScalarFunction f, Rational x, RealArithmetic arithmetic) => f switch
    {
        ScalarFunction.Argument => x,
        ScalarFunction.Number number => Rational.FromDouble(number.Value),
        ScalarFunction.Unary unary => arithmetic.Apply(unary.Function, Evaluate(unary.A, x, arithmetic)),
        ScalarFunction.Binary { Function: BinaryFunction.Power, B: ScalarFunction.Number exponent } power =>
            arithmetic.Power(Evaluate(power.A, x, arithmetic), exponent.Value),
        ScalarFunction.Binary binary =>
            arithmetic.Apply(binary.Function, Evaluate(binary.A, x, arithmetic), Evaluate(binary.B, x, arithmetic)),
        ScalarFunction.Choice choice => arithmetic.Choose(
            Evaluate(choice.Condition, x, arithmetic),
            () => Evaluate(choice.A, x, arithmetic),
            () => Evaluate(choice.B, x, arithmetic)),
        _ => throw new ArgumentException("No such function.", nameof(f)),
    };

    /// <summary><c>floor(value/scaleOut + 1/2)</c>, clamped.</summary>
    private short Rounded(Rational value, out bool onStep)
    {
        BigInteger denominator = value.Denominator * _scaleOut.Numerator * 2;
        BigInteger numerator = (value.Numerator * _scaleOut.Denominator * 2) + (value.Denominator * _scaleOut.Numerator);
        BigInteger quotient = Rational.Floor(numerator, denominator);
        onStep = quotient * denominator == numerator && quotient > lo && quotient <= hi;
        return (short)BigInteger.Clamp(quotient, lo, hi);
    }
}
