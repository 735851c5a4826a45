namespace Assay.Programs;

/// <summary>
/// A real function of one argument, as an expression: what a table is filled with. Chains of element-wise operators on one
/// value (a Gelu that was exported as Div, Erf, Add and two Mul) become one such function, hence one table and one rounding.
/// Expressions are compared by content. A constant is the exact rational that its binary64 value is.
/// </summary>
public abstract record ScalarFunction
{
    private ScalarFunction()
    {
    }

    /// <summary>The argument itself.</summary>
    public static ScalarFunction X { get; } = new Argument();

    /// <summary><c>1/(1 + exp(-x))</c>.</summary>
    public static ScalarFunction Sigmoid { get; } = new Unary(UnaryFunction.Sigmoid, X);

    /// <summary><c>tanh(x)</c>.</summary>
    public static ScalarFunction Tanh { get; } = new Unary(UnaryFunction.Tanh, X);

    /// <summary>Nodes of the expression.</summary>
    public int Size => this switch
    {
        Unary f => 1 + f.A.Size,
        Binary f => 1 + f.A.Size + f.B.Size,
        Choice f => 1 + f.Condition.Size + f.A.Size + f.B.Size,
        _ => 1,
    };

    public static ScalarFunction operator +(ScalarFunction a, ScalarFunction b) => new Binary(BinaryFunction.Add, a, b);

    public static ScalarFunction operator -(ScalarFunction a, ScalarFunction b) => new Binary(BinaryFunction.Subtract, a, b);

    public static ScalarFunction operator *(ScalarFunction a, ScalarFunction b) => new Binary(BinaryFunction.Multiply, a, b);

    public static ScalarFunction operator /(ScalarFunction a, ScalarFunction b) => new Binary(BinaryFunction.Divide, a, b);

    public static implicit operator ScalarFunction(double value) => new Number(value);

    public static ScalarFunction Of(UnaryFunction function, ScalarFunction a) => new Unary(function, a);

    public static ScalarFunction Of(BinaryFunction function, ScalarFunction a, ScalarFunction b) => new Binary(function, a, b);

    /// <summary>This function of what <paramref name="inner"/> gives.</summary>
    public ScalarFunction After(ScalarFunction inner) => this switch
    {
        Argument => inner,
        Unary f => f with { A = f.A.After(inner) },
        Binary f => f with { A = f.A.After(inner), B = f.B.After(inner) },
        Choice f => new Choice(f.Condition.After(inner), f.A.After(inner), f.B.After(inner)),
        _ => this,
    };

    /// <summary>The argument.</summary>
    public sealed record Argument : ScalarFunction;

    /// <summary>A constant, finite.</summary>
    public sealed record Number(double Value) : ScalarFunction;

    /// <summary>A function of one value.</summary>
    public sealed record Unary(UnaryFunction Function, ScalarFunction A) : ScalarFunction;

    /// <summary>A function of two values.</summary>
    public sealed record Binary(BinaryFunction Function, ScalarFunction A, ScalarFunction B) : ScalarFunction;

    /// <summary>A where the condition isn't 0, else B.</summary>
    public sealed record Choice(ScalarFunction Condition, ScalarFunction A, ScalarFunction B) : ScalarFunction;
}
