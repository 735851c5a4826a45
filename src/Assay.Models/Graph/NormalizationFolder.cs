using Assay.Programs;
using static Assay.Programs.ScalarFunction;

namespace Assay.Models.Graph;

/// <summary>
/// Recognises normalisations that were exported as simple operators: <c>x / sqrt(mean(x^2) + e)</c> over the last axis, and the
/// same of <c>x - mean(x)</c>. The functions are compared by how they are written: with a bound in between, or anything else
/// that is alike at some places only, they stay as they are.
/// </summary>
internal static class NormalizationFolder
{
    public static FloatNode? Rewrite(FloatNode node) => node switch
    {
        MulNode { A: { } a, B: { } b } => Quotient(node, a, b, inverse: true) ?? Quotient(node, b, a, inverse: true),
        DivideNode { A: { } a, B: { } b } => Quotient(node, a, b, inverse: false),
        NormalizeNode { Center: false, X: AddNode { Subtract: true, A: { } x, B: ReduceNode { Reduction: Reduction.Mean } mean } } normalize
            when ReferenceEquals(mean.X, x) && mean.Axis == x.Shape.Length - 1 =>
            new NormalizeNode(normalize.Name, normalize.OnnxOperator, x, center: true, normalize.Epsilon),
        _ => null,
    };

    private static NormalizeNode? Quotient(FloatNode node, FloatNode x, FloatNode root, bool inverse)
    {
        if (root is not FunctionNode { Function: { } outer, X: ReduceNode { Reduction: Reduction.Mean } reduce }
            || reduce.X is not FunctionNode { Function: { } square } squared || !ReferenceEquals(squared.X, x) || !IsSquare(square)
            || reduce.Axis != x.Shape.Length - 1 || !Shapes.Same(node.Shape, x.Shape))
        {
            return null;
        }

        return Radicand(outer, inverse) is { } radicand && Epsilon(radicand) is >= 0 and <= 1 and double epsilon
            ? new NormalizeNode(node.Name, node.OnnxOperator, x, center: false, epsilon)
            : null;
    }

    private static bool IsSquare(ScalarFunction function) => function switch
    {
        Binary { Function: BinaryFunction.Multiply, A: Argument, B: Argument } => true,
        Binary { Function: BinaryFunction.Power, A: Argument, B: Number { Value: 2 } } => true,
        _ => false,
    };

    /// <summary>What the function takes the square root of, or divides 1 by the square root of.</summary>
    private static ScalarFunction? Radicand(ScalarFunction function, bool inverse) => function switch
    {
        Binary { Function: BinaryFunction.Divide, A: Number { Value: 1 }, B: { } root } when inverse => Radicand(root, inverse: false),
        Binary { Function: BinaryFunction.Power, A: { } x, B: Number { Value: var exponent } } when exponent == (inverse ? -0.5 : 0.5) => x,
        Unary { Function: UnaryFunction.Sqrt, A: { } x } when !inverse => x,
        _ => null,
    };

    private static double? Epsilon(ScalarFunction radicand) => radicand switch
    {
        Argument => 0,
        Binary { Function: BinaryFunction.Add, A: Argument, B: Number { Value: var epsilon } } => epsilon,
        Binary { Function: BinaryFunction.Add, A: Number { Value: var epsilon }, B: Argument } => epsilon,
        _ => null,
    };
}
