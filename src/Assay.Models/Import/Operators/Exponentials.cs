using Assay.Programs;
using static Assay.Programs.ScalarFunction;

namespace Assay.Models.Import.Operators;

/// <summary>Functions made of an exponential or a logarithm.</summary>
internal static class Exponentials
{
    /// <summary>e to the element.</summary>
    public static ImportValue? Exp(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Exp));

    /// <summary>The natural logarithm.</summary>
    public static ImportValue? Log(NodeContext node) => ElementWise.Map(node, ElementWise.Of(UnaryFunction.Log));

    /// <summary>The element, or alpha * (e^x - 1) if it is negative.</summary>
    public static ImportValue? Elu(NodeContext node) => ElementWise.Map(node, Bent(X, node.Float("alpha", 1) * (Exponential(X) - 1)));

    /// <summary>gamma times the element, or gamma * alpha * (e^x - 1) if it isn't positive.</summary>
    public static ImportValue? Selu(NodeContext node)
    {
        double alpha = node.Float("alpha", 1.67326319217681884765625f);
        double gamma = node.Float("gamma", 1.05070102214813232421875f);
        return ElementWise.Map(node, Bent(gamma * X, gamma * (alpha * (Exponential(X) - 1))));
    }

    /// <summary>max(0, x) + min(0, alpha * (e^(x/alpha) - 1)).</summary>
    public static ImportValue? Celu(NodeContext node)
    {
        double alpha = node.Float("alpha", 1);
        return alpha == 0
            ? node.Fail(OnnxErrors.Attribute, "attribute 'alpha' is 0")
            : ElementWise.Map(node, Bent(X, alpha * (Exponential(X / alpha) - 1)));
    }

    /// <summary>log(1 + e^x).</summary>
    public static ImportValue? Softplus(NodeContext node) => ElementWise.Map(node, SoftplusOfX);

    /// <summary>x * tanh(log(1 + e^x)).</summary>
    public static ImportValue? Mish(NodeContext node) => ElementWise.Map(node, X * ScalarFunction.Of(UnaryFunction.Tanh, SoftplusOfX));

    // max(x, 0) + log(1 + e^-|x|), which doesn't overflow.
    private static ScalarFunction SoftplusOfX { get; } = ElementWise.Max(X, 0)
        + ScalarFunction.Of(UnaryFunction.Log, 1 + Exponential(ScalarFunction.Of(UnaryFunction.Negate, ElementWise.Of(UnaryFunction.Abs))));

    private static ScalarFunction Exponential(ScalarFunction x) => ScalarFunction.Of(UnaryFunction.Exp, x);

    /// <summary>One function where the element is negative, another elsewhere. The exponential is kept from growing where it isn't used.</summary>
    private static Choice Bent(ScalarFunction positive, ScalarFunction negative) =>
        new(ElementWise.Less(X, 0), negative.After(ElementWise.Min(X, 0)), positive);
}
