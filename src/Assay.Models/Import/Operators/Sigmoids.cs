using Assay.Programs;
using static Assay.Programs.ScalarFunction;

namespace Assay.Models.Import.Operators;

/// <summary>Functions of the form of a step, and products with them.</summary>
internal static class Sigmoids
{
    /// <summary>1 / (1 + e^-x).</summary>
    public static ImportValue? Sigmoid(NodeContext node) => ElementWise.Map(node, ScalarFunction.Sigmoid);

    /// <summary>The hyperbolic tangent.</summary>
    public static ImportValue? Tanh(NodeContext node) => ElementWise.Map(node, ScalarFunction.Tanh);

    /// <summary>The error function.</summary>
    public static ImportValue? Erf(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Erf));

    /// <summary>x / (1 + |x|).</summary>
    public static ImportValue? Softsign(NodeContext node) => ElementWise.Map(node, X / (1 + ElementWise.Of(UnaryFunction.Abs)));

    /// <summary>alpha * x + beta, between 0 and 1: a scale and a clamp, which the layer before takes over.</summary>
    public static ImportValue? HardSigmoid(NodeContext node)
    {
        (float alpha, float beta) = (node.Float("alpha", 0.2f), node.Float("beta", 0.5f));
        return node.Arity(1, 1) && node.Computed(0) is { } x
            ? node.Value(node.Clamp(node.Affine(x.Node!, alpha, beta), 0, 1), x.Item)
            : null;
    }

    /// <summary>x * clamp(x/6 + 1/2, 0, 1).</summary>
    public static ImportValue? HardSwish(NodeContext node) =>
        ElementWise.Map(node, X * ElementWise.Min(1, ElementWise.Max(0, X / 6 + 0.5)));

    /// <summary>x * sigmoid(alpha * x).</summary>
    public static ImportValue? Swish(NodeContext node) =>
        ElementWise.Map(node, X * ScalarFunction.Of(UnaryFunction.Sigmoid, node.Float("alpha", 1) * X));

    /// <summary>x/2 * (1 + erf(x/sqrt 2)), or with approximate = "tanh": x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3))).</summary>
    public static ImportValue? Gelu(NodeContext node)
    {
        switch (node.Text("approximate", "none"))
        {
            case "none":
                return ElementWise.Map(node, 0.5 * X * (1 + ScalarFunction.Of(UnaryFunction.Erf, X * 0.70710678118654757)));
            case "tanh":
                ScalarFunction inner = 0.79788456080286541 * (X + 0.044715 * (X * X * X));
                return ElementWise.Map(node, 0.5 * X * (1 + ScalarFunction.Of(UnaryFunction.Tanh, inner)));
            default:
                return node.Fail(OnnxErrors.Attribute, "attribute 'approximate' has an unknown value", "none or tanh");
        }
    }
}
