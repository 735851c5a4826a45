using Assay.Programs;
using static Assay.Programs.ScalarFunction;

namespace Assay.Models.Float;

/// <summary>Turns the expression of a scalar function into one that computes in double by <see cref="PortableMath"/>.</summary>
internal static class ScalarFunctions
{
    /// <summary>Outside a function's domain the result is what IEEE arithmetic gives: NaN or an infinity.</summary>
    public static Func<double, double> Compile(ScalarFunction function)
    {
        switch (function)
        {
            case Argument:
                return x => x;
            case Number number:
                double value = number.Value;
                return _ => value;
            case Unary unary:
                Func<double, double> operand = Compile(unary.A);
                Func<double, double> outer = Compile(unary.Function);
                return unary.A is Argument ? outer : x => outer(operand(x));
            case Binary { Function: BinaryFunction.Power, B: Number { Value: double exponent } } power:
                Func<double, double> root = Compile(power.A);
                return x => PortableMath.Pow(root(x), exponent);
            case Binary binary:
                return Combine(binary.Function, Compile(binary.A), Compile(binary.B));
            case Choice choice:
                (Func<double, double> condition, Func<double, double> a, Func<double, double> b) =
                    (Compile(choice.Condition), Compile(choice.A), Compile(choice.B));
                return x => condition(x) != 0 ? a(x) : b(x);
            default:
                throw new InvalidOperationException($"No evaluation for {function.GetType().Name}.");
        }
    }

    private static Func<double, double> Compile(UnaryFunction function) => function switch
    {
        UnaryFunction.Negate => x => -x,
        UnaryFunction.Abs => Math.Abs,
        UnaryFunction.Sign => x => x > 0 ? 1 : x < 0 ? -1 : 0,
        UnaryFunction.Floor => Math.Floor,
        UnaryFunction.Ceiling => Math.Ceiling,
        UnaryFunction.Round => x => Math.Round(x, MidpointRounding.ToEven),
        UnaryFunction.Exp => PortableMath.Exp,
        UnaryFunction.Log => PortableMath.Log,
        UnaryFunction.Sqrt => Math.Sqrt,
        UnaryFunction.Erf => PortableMath.Erf,
        UnaryFunction.Sigmoid => PortableMath.Sigmoid,
        UnaryFunction.Tanh => PortableMath.Tanh,
        _ => throw new InvalidOperationException($"No evaluation for {function}."),
    };

    private static Func<double, double> Combine(BinaryFunction function, Func<double, double> a, Func<double, double> b) => function switch
    {
        BinaryFunction.Add => x => a(x) + b(x),
        BinaryFunction.Subtract => x => a(x) - b(x),
        BinaryFunction.Multiply => x => a(x) * b(x),
        BinaryFunction.Divide => x => a(x) / b(x),
        BinaryFunction.Min => x => Math.Min(a(x), b(x)),
        BinaryFunction.Max => x => Math.Max(a(x), b(x)),
        BinaryFunction.Less => x => a(x) < b(x) ? 1 : 0,
        BinaryFunction.LessOrEqual => x => a(x) <= b(x) ? 1 : 0,
        BinaryFunction.Equal => x => a(x) == b(x) ? 1 : 0,
        _ => throw new InvalidOperationException($"No evaluation for {function}."),
    };
}
