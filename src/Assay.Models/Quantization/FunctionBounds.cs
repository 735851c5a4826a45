using Assay.Models.Float;
using Assay.Programs;
using static Assay.Programs.ScalarFunction;

namespace Assay.Models.Quantization;

/// <summary>What an expression can give for arguments of an interval, by interval arithmetic: never too narrow, often too wide.</summary>
internal static class FunctionBounds
{
    private static readonly (double Lo, double Hi) Unknown = (double.NegativeInfinity, double.PositiveInfinity);

    public static (double Lo, double Hi) Of(ScalarFunction function, (double Lo, double Hi) x)
    {
        (double lo, double hi) = Raw(function, x);
        return double.IsNaN(lo) || double.IsNaN(hi) || lo > hi ? Unknown : (lo, hi);
    }

    /// <summary>Whether a function gives whole numbers only, as comparisons do.</summary>
    public static bool IsWhole(ScalarFunction function) => function switch
    {
        Number number => number.Value == Math.Floor(number.Value),
        Unary { Function: UnaryFunction.Sign or UnaryFunction.Floor or UnaryFunction.Ceiling or UnaryFunction.Round } => true,
        Unary { Function: UnaryFunction.Negate or UnaryFunction.Abs } unary => IsWhole(unary.A),
        Binary { Function: BinaryFunction.Less or BinaryFunction.LessOrEqual or BinaryFunction.Equal } => true,
        Binary { Function: BinaryFunction.Add or BinaryFunction.Subtract or BinaryFunction.Multiply or BinaryFunction.Min or BinaryFunction.Max } binary =>
            IsWhole(binary.A) && IsWhole(binary.B),
        Choice choice => IsWhole(choice.A) && IsWhole(choice.B),
        _ => false,
    };

    private static (double Lo, double Hi) Raw(ScalarFunction function, (double Lo, double Hi) x)
    {
        switch (function)
        {
            case Argument:
                return x;
            case Number number:
                return (number.Value, number.Value);
            case Unary unary:
                return Of(unary.Function, Of(unary.A, x));
            case Binary binary:
                return Of(binary.Function, Of(binary.A, x), Of(binary.B, x));
            case Choice choice:
                (double Lo, double Hi) a = Of(choice.A, x);
                (double Lo, double Hi) b = Of(choice.B, x);
                return (Math.Min(a.Lo, b.Lo), Math.Max(a.Hi, b.Hi));
            default:
                return Unknown;
        }
    }

    private static (double Lo, double Hi) Of(UnaryFunction function, (double Lo, double Hi) x) => function switch
    {
        UnaryFunction.Negate => (-x.Hi, -x.Lo),
        UnaryFunction.Abs => (x.Lo >= 0 ? x.Lo : x.Hi <= 0 ? -x.Hi : 0, Math.Max(Math.Abs(x.Lo), Math.Abs(x.Hi))),
        UnaryFunction.Sign => (-1, 1),
        UnaryFunction.Floor or UnaryFunction.Ceiling or UnaryFunction.Round => (Math.Floor(x.Lo), Math.Ceiling(x.Hi)),
        UnaryFunction.Exp => (0, x.Hi < 700 ? PortableMath.Exp(x.Hi) * 1.000001 : double.PositiveInfinity),
        UnaryFunction.Sqrt => (0, x.Hi >= 0 ? Math.Sqrt(x.Hi) : double.PositiveInfinity),
        UnaryFunction.Erf or UnaryFunction.Tanh => (x.Lo >= 0 ? 0 : -1, x.Hi <= 0 ? 0 : 1),
        UnaryFunction.Sigmoid => (0, 1),
        _ => Unknown,
    };

    private static (double Lo, double Hi) Of(BinaryFunction function, (double Lo, double Hi) a, (double Lo, double Hi) b)
    {
        switch (function)
        {
            case BinaryFunction.Add:
                return (a.Lo + b.Lo, a.Hi + b.Hi);
            case BinaryFunction.Subtract:
                return (a.Lo - b.Hi, a.Hi - b.Lo);
            case BinaryFunction.Min:
                return (Math.Min(a.Lo, b.Lo), Math.Min(a.Hi, b.Hi));
            case BinaryFunction.Max:
                return (Math.Max(a.Lo, b.Lo), Math.Max(a.Hi, b.Hi));
            case BinaryFunction.Less or BinaryFunction.LessOrEqual or BinaryFunction.Equal:
                return (0, 1);
            case BinaryFunction.Power when b.Lo == b.Hi && b.Lo == Math.Floor(b.Lo / 2) * 2:
                return (0, double.PositiveInfinity);
            case BinaryFunction.Multiply:
                return Hull(a.Lo * b.Lo, a.Lo * b.Hi, a.Hi * b.Lo, a.Hi * b.Hi);
            case BinaryFunction.Divide when b.Lo > 0 || b.Hi < 0:
                return Hull(a.Lo / b.Lo, a.Lo / b.Hi, a.Hi / b.Lo, a.Hi / b.Hi);
            default:
                return Unknown;
        }
    }

    private static (double Lo, double Hi) Hull(double a, double b, double c, double d) =>
        (Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)));
}
