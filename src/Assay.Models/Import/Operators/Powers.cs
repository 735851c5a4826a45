using Assay.Models.Float;
using Assay.Models.Graph;
using Assay.Programs;
using static Assay.Programs.ScalarFunction;

namespace Assay.Models.Import.Operators;

/// <summary>Powers, and functions of magnitude and rounding.</summary>
internal static class Powers
{
    /// <summary>The square root.</summary>
    public static ImportValue? Sqrt(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Sqrt));

    /// <summary>1 / x.</summary>
    public static ImportValue? Reciprocal(NodeContext node) => ElementWise.Map(node, 1 / X);

    /// <summary>The magnitude.</summary>
    public static ImportValue? Abs(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Abs));

    /// <summary>-1, 0 or 1.</summary>
    public static ImportValue? Sign(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Sign));

    /// <summary>The next whole number below.</summary>
    public static ImportValue? Floor(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Floor));

    /// <summary>The next whole number above.</summary>
    public static ImportValue? Ceil(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Ceiling));

    /// <summary>The nearest whole number, ties to even.</summary>
    public static ImportValue? Round(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Round));

    /// <summary>
    /// The first operand to the power of the second, one of which is a constant: an exponent (also one for each element, of
    /// few different ones), or a positive base.
    /// </summary>
    public static ImportValue? Pow(NodeContext node)
    {
        if (!node.Arity(2, 2))
        {
            return null;
        }

        (ImportValue a, ImportValue b) = (node.Input(0), node.Input(1));
        if (a.Constant is { } root)
        {
            double number = node.Number(0, "base", 0);
            return node.Failed || root.Count != 1 || number <= 0 || b.Node is null
                ? node.Fail(OnnxErrors.UnsupportedForm, "its base is a constant other than one positive number", "a constant exponent")
                : Arithmetic.Widened(node, node.Value(node.Function(b.Node, ScalarFunction.Of(UnaryFunction.Exp, PortableMath.Log(number) * X)), b.Item), root);
        }

        if (node.Known(1, "exponent") is not { } exponent || node.Numbers(exponent) is not { } exponents)
        {
            return null;
        }

        float[] distinct = [.. exponents.Distinct().Order()];
        if (!exponents.AsSpan().ContainsAnyNotFinite() && distinct.Length == 1)
        {
            return Arithmetic.Widened(node, node.Value(node.Function(a.Node!, Power(distinct[0])), a.Item, a.Kind), exponent);
        }

        bool fits = distinct.Length <= 16 && exponent.Shape.SequenceEqual(a.Item) && !node.Hidden && !exponents.AsSpan().ContainsAnyNotFinite();
        return fits ? Mixed(node, a, exponents, distinct) : node.Fail(OnnxErrors.UnsupportedForm, "its exponents are not one finite number", "one constant exponent");
    }

    /// <summary>Elements of equal exponents together, then back in their order.</summary>
    private static ImportValue? Mixed(NodeContext node, ImportValue a, float[] exponents, float[] distinct)
    {
        FloatNode flat = node.Reshape(a.Node!, [exponents.Length]);
        int[] order = [.. Enumerable.Range(0, exponents.Length).OrderBy(i => exponents[i])];
        int[] places = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            places[order[i]] = i;
        }

        FloatNode[] parts = [.. distinct.Select(e => node.Function(node.Gather(flat, 0, [.. order.Where(i => exponents[i] == e)]), Power(e)))];
        return node.Value(node.Gather(node.Concat([.. parts], 0), 0, [.. places]), a.Item, a.Kind);
    }

    private static ScalarFunction Power(double exponent) => exponent switch
    {
        1 => X,
        2 => X * X,
        -1 => 1 / X,
        0.5 => ElementWise.Of(UnaryFunction.Sqrt),
        _ => ScalarFunction.Of(BinaryFunction.Power, X, exponent),
    };
}
