using System.Numerics;

namespace Assay.Programs;

/// <summary>Entries of a table by exact arithmetic and bounds, with more bits where bounds round apart.</summary>
internal sealed class ExpressionEvaluator(ScalarFunction function, Rational unit, short lo, short hi)
{
    public const int FirstBits = 128;
    public const int LastBits = 1024;

    private readonly Dictionary<int, RealArithmetic> _arithmetics = [];

    /// <summary>The entry for one argument; null where the function isn't defined.</summary>
    public short? Entry(Rational argument)
    {
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

    /// <summary><c>floor(value/unit + 1/2)</c>, clamped.</summary>
    private short Rounded(Rational value, out bool onStep)
    {
        BigInteger denominator = value.Denominator * unit.Numerator * 2;
        BigInteger numerator = (value.Numerator * unit.Denominator * 2) + (value.Denominator * unit.Numerator);
        BigInteger quotient = Rational.Floor(numerator, denominator);
        onStep = quotient * denominator == numerator && quotient > lo && quotient <= hi;
        return (short)BigInteger.Clamp(quotient, lo, hi);
    }
}
