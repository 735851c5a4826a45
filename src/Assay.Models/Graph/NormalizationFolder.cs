using Assay.Models.Float;

namespace Assay.Models.Graph;

/// <summary>
/// Recognises normalisations that were exported as simple operators: <c>x / sqrt(mean(x^2) + e)</c> over the last axis, and the
/// same of <c>x - mean(x)</c>. The functions are compared by what they compute, not by how they are written.
/// </summary>
internal static class NormalizationFolder
{
    private static readonly double[] Samples = [-3, -0.5, 0, 0.75, 2, 40];

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
        if (root is not FunctionNode { Function: { } outer, X: ReduceNode { Reduction: Reduction.Mean or Reduction.Sum } reduce }
            || reduce.X is not FunctionNode { Function: { } square } squared || !ReferenceEquals(squared.X, x)
            || reduce.Axis != x.Shape.Length - 1 || !Shapes.Same(node.Shape, x.Shape))
        {
            return null;
        }

        Func<double, double> g = ScalarFunctions.Compile(square);
        Func<double, double> f = ScalarFunctions.Compile(outer);
        double Radicand(double t) => inverse ? 1 / (f(t) * f(t)) : f(t) * f(t);
        double epsilon = Radicand(0);
        double slope = reduce.Reduction == Reduction.Mean ? 1 : 1.0 / x.Shape[^1];
        bool fits = epsilon >= 0 && epsilon <= 1
            && Array.TrueForAll(Samples, t => Near(g(t), t * t))
            && Array.TrueForAll(Samples, t => t < 0 || (f(t) >= 0 && Near(Radicand(t) - epsilon, slope * t)));
        return fits ? new NormalizeNode(node.Name, node.OnnxOperator, x, center: false, epsilon) : null;
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-6 * Math.Max(1, Math.Abs(b));
}
