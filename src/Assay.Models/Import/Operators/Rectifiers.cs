using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>Functions that bend or cut at given points.</summary>
internal static class Rectifiers
{
    /// <summary>The element, or 0 if it is negative.</summary>
    public static ImportValue? Relu(NodeContext node) =>
        node.Arity(1, 1) && node.Computed(0) is { } x ? node.Value(node.Clamp(x.Node!, 0, float.PositiveInfinity), x.Item, x.Kind) : null;

    /// <summary>The nearest number between two bounds, which are attributes before version 11 and operands since (computed ones, too); a missing one doesn't bound.</summary>
    public static ImportValue? Clip(NodeContext node)
    {
        if (!node.Arity(1, 3) || node.Computed(0) is not { } x)
        {
            return null;
        }

        if ((node.Has(1) && node.Input(1).Node is not null) || (node.Has(2) && node.Input(2).Node is not null))
        {
            ImportValue? bounded = node.Has(1) ? Arithmetic.Combine(node, x, node.Input(1), '>') : x;
            return bounded is null || !node.Has(2) ? bounded : Arithmetic.Combine(node, bounded, node.Input(2), '<');
        }

        float lo = node.Version < 11 ? node.Float("min", float.NegativeInfinity) : (float)node.Number(1, "min", float.NegativeInfinity);
        float hi = node.Version < 11 ? node.Float("max", float.PositiveInfinity) : (float)node.Number(2, "max", float.PositiveInfinity);
        if (lo < hi || node.Failed)
        {
            return node.Value(node.Clamp(x.Node!, lo, hi), x.Item, x.Kind);
        }

        // Equal or crossed bounds: everything is the upper one.
        int count = x.Node!.Count;
        return node.Take(count) ? node.Value(node.Fixed(x.Item, Arithmetic.Filled(count, hi)), x.Item, x.Kind) : null;
    }

    /// <summary>The element, or alpha times it if it is negative.</summary>
    public static ImportValue? LeakyRelu(NodeContext node) => ElementWise.Map(node, Leaky(node.Float("alpha", 0.01f)));

    /// <summary>The element, or its slope times it if it is negative. Slopes are constants: one, or one for each place along an axis, or all.</summary>
    public static ImportValue? PRelu(NodeContext node)
    {
        if (!node.Arity(2, 2) || node.Computed(0) is not { } x || node.KnownFloats(1, "slope") is not { } slope)
        {
            return null;
        }

        if (node.Version < 7 && slope.Shape.Length == 1 && x.Item.Length + node.Offset > 2)
        {
            // Before version 7 a list held one slope for each channel.
            slope = slope.WithShape([slope.Count, .. NodeContext.Filled(x.Item.Length + node.Offset - 2, 1)]);
        }

        if (!Arithmetic.TryAlign(slope, x, node.Offset, out _))
        {
            return node.Fail(OnnxErrors.Shape, $"slopes of {Shapes.Text(slope.Shape)} can't be broadcast over items of {Shapes.Text(x.Item)}", "one slope for each channel");
        }

        if (slope.Count != 0 && Array.TrueForAll(slope.Floats!, s => s == slope.Floats![0]))
        {
            return node.Value(node.Function(x.Node!, Leaky(slope.Floats![0])), x.Item);
        }

        // max(x, 0) + slope * min(x, 0): the scale of the second part joins the addition.
        FloatNode negative = node.Clamp(x.Node!, float.NegativeInfinity, 0);
        ImportValue? scaled = Arithmetic.WithConstant(node, x with { Node = negative }, slope, '*', constantFirst: false);
        return scaled is null ? null : node.Value(node.Add(node.Clamp(x.Node!, 0, float.PositiveInfinity), scaled.Node!), x.Item);
    }

    /// <summary>The element if it is above alpha, else 0.</summary>
    public static ImportValue? ThresholdedRelu(NodeContext node) =>
        ElementWise.Map(node, new ScalarFunction.Choice(ElementWise.Less(node.Float("alpha", 1), ScalarFunction.X), ScalarFunction.X, 0));

    /// <summary>The element moved towards 0 by bias where its magnitude is above lambd, else 0.</summary>
    public static ImportValue? Shrink(NodeContext node)
    {
        double lambda = node.Float("lambd", 0.5f);
        double bias = node.Float("bias", 0);
        ScalarFunction x = ScalarFunction.X;
        return ElementWise.Map(node, new ScalarFunction.Choice(
            ElementWise.Less(x, -lambda), x + bias, new ScalarFunction.Choice(ElementWise.Less(lambda, x), x - bias, 0)));
    }

    private static ScalarFunction.Choice Leaky(double slope) => new(ElementWise.Less(ScalarFunction.X, 0), ScalarFunction.X * slope, ScalarFunction.X);
}
