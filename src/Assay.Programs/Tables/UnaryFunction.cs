namespace Assay.Programs;

/// <summary>Functions of one value.</summary>
public enum UnaryFunction
{
    Negate,
    Abs,
    Sign,
    Floor,
    Ceiling,

    /// <summary>To the nearest whole number, ties to even.</summary>
    Round,
    Exp,
    Log,
    Sqrt,
    Erf,
    Sigmoid,
    Tanh,
}
