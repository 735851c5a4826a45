namespace Assay.Programs;

/// <summary>Functions of two values. Comparisons give 1 or 0.</summary>
public enum BinaryFunction
{
    Add,
    Subtract,
    Multiply,
    Divide,

    /// <summary>The second is a <see cref="ScalarFunction.Number"/>.</summary>
    Power,
    Min,
    Max,
    Less,
    LessOrEqual,
    Equal,
}
