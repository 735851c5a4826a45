using Assay.Testing;

namespace Assay.Programs.Tests;

/// <summary>Bounds in binary64 either tell an entry, and it is the one of exact arithmetic, or don't tell.</summary>
public sealed class QuickEntriesTests
{
    private static readonly ScalarFunction X = ScalarFunction.X;

    public static TheoryData<string, double, double> Functions => new()
    {
        { "gelu", 0.0003, 0.0002 },
        { "gelu", 1e-6, 1e-7 },
        { "tanh gelu", 0.0003, 0.0002 },
        { "silu", 0.0004, 0.0003 },
        { "mish", 0.0003, 0.0002 },
        { "softplus", 0.001, 0.001 },
        { "hard swish", 0.0003, 0.0003 },
        { "hard swish", 0.0009765625, 0.0009765625 },
        { "exp", 0.01, 100 },
        { "exp", 0.05, 1e-30 },
        { "log", 0.001, 0.0005 },
        { "log", 1e20, 0.01 },
        { "sqrt", 0.001, 0.0002 },
        { "reciprocal", 0.001, 0.01 },
        { "root of reciprocal", 0.001, 0.003 },
        { "cube", 0.001, 1 },
        { "power", 0.001, 0.01 },
        { "erf", 0.0003, 0.00003 },
        { "tanh", 0.0003, 0.00003 },
        { "sigmoid", 0.0005, 0.00003 },
        { "steps", 0.003, 0.01 },
        { "choice", 0.0007, 0.0001 },
        { "difference", 0.001, 1e-12 },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void QuickEntries_AreTheExactOnes(string name, double scaleIn, double scaleOut)
    {
        ExpressionEvaluator evaluator = new(Named(name), scaleIn, scaleOut, -32768, 32767);
        Random random = new(5);
        int told = 0;
        int count = FuzzRun.IsDeep ? 20_000 : 250;
        for (int i = 0; i < count; i++)
        {
            int q = i < 20 ? i - 10 : random.Next(-32768, 32768);
            short? quick = evaluator.QuickEntry(q);
            told += quick is null ? 0 : 1;
            Assert.True(quick is null || quick == evaluator.ExactEntry(q), $"{q}: {quick} and {evaluator.ExactEntry(q)}");
        }

        // Logarithms and roots are undefined for half of the arguments.
        Assert.InRange(told, name is "difference" ? 0 : count / 3, count);
    }

    internal static ScalarFunction Named(string name) => name switch
    {
        "gelu" => X * (1 + Of(UnaryFunction.Erf, X / 1.4142135623730951)) * 0.5,
        "tanh gelu" => 0.5 * X * (1 + Of(UnaryFunction.Tanh, 0.7978845608028654 * (X + (0.044715 * X * X * X)))),
        "silu" => X * ScalarFunction.Sigmoid,
        "mish" => X * Of(UnaryFunction.Tanh, Of(UnaryFunction.Log, 1 + Of(UnaryFunction.Exp, X))),
        "softplus" => Of(UnaryFunction.Log, 1 + Of(UnaryFunction.Exp, X)),
        "hard swish" => X * Of(BinaryFunction.Min, Of(BinaryFunction.Max, X + 3, 0), 6) / 6,
        "exp" => Of(UnaryFunction.Exp, X),
        "log" => Of(UnaryFunction.Log, X),
        "sqrt" => Of(UnaryFunction.Sqrt, X),
        "reciprocal" => 1 / X,
        "root of reciprocal" => 1 / Of(UnaryFunction.Sqrt, X + 0.00001),
        "cube" => Of(BinaryFunction.Power, X, 3),
        "power" => Of(BinaryFunction.Power, X, 1.7),
        "erf" => Of(UnaryFunction.Erf, X),
        "tanh" => ScalarFunction.Tanh,
        "sigmoid" => ScalarFunction.Sigmoid,
        "steps" => (X * Of(UnaryFunction.Floor, X)) - Of(UnaryFunction.Ceiling, X) + Of(UnaryFunction.Round, X * 3) + Of(UnaryFunction.Sign, X),
        "choice" => new ScalarFunction.Choice(
            Of(BinaryFunction.Less, 0, X), Of(UnaryFunction.Log, X + 1), Of(UnaryFunction.Exp, X) - Of(UnaryFunction.Abs, X)),
        "difference" => Of(UnaryFunction.Exp, X) - Of(UnaryFunction.Exp, X + 1e-13),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static ScalarFunction Of(UnaryFunction function, ScalarFunction a) => ScalarFunction.Of(function, a);

    private static ScalarFunction Of(BinaryFunction function, ScalarFunction a, ScalarFunction b) => ScalarFunction.Of(function, a, b);
}
