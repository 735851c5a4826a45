using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>One function for every element: what the operators of one operand share.</summary>
internal static class ElementWise
{
    public static ImportValue? Map(NodeContext node, ScalarFunction function, ElementKind? kind = null) =>
        node.Arity(1, 1) && node.Computed(0) is { } x ? node.Value(node.Function(x.Node!, function), x.Item, kind ?? x.Kind) : null;

    public static ScalarFunction Less(ScalarFunction a, ScalarFunction b) => ScalarFunction.Of(BinaryFunction.Less, a, b);

    public static ScalarFunction Max(ScalarFunction a, ScalarFunction b) => ScalarFunction.Of(BinaryFunction.Max, a, b);

    public static ScalarFunction Min(ScalarFunction a, ScalarFunction b) => ScalarFunction.Of(BinaryFunction.Min, a, b);

    public static ScalarFunction Of(UnaryFunction function) => ScalarFunction.Of(function, ScalarFunction.X);

    /// <summary>Towards zero.</summary>
    public static ScalarFunction Truncated { get; } =
        new ScalarFunction.Choice(Less(ScalarFunction.X, 0), Of(UnaryFunction.Ceiling), Of(UnaryFunction.Floor));

    /// <summary>1 where the element isn't 0.</summary>
    public static ScalarFunction Truth { get; } =
        new ScalarFunction.Choice(ScalarFunction.Of(BinaryFunction.Equal, ScalarFunction.X, 0), 0, 1);
}
