using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>Normalisations with statistics of the item itself; scales and offsets behind them are folded into layers.</summary>
internal static class Normalizations
{
    /// <summary>Over all axes from <c>axis</c> on: <c>(x - mean) / sqrt(variance + epsilon) * Scale + B</c>. Also gives the mean and the inverse deviation.</summary>
    public static ImportValue? LayerNormalization(NodeContext node) => OverLast(node, 3, center: true);

    /// <summary>Over all axes from <c>axis</c> on: <c>x / sqrt(mean of squares + epsilon) * scale</c>.</summary>
    public static ImportValue? RmsNormalization(NodeContext node) => OverLast(node, 2, center: false);

    /// <summary>Each channel of each item by its own mean and variance, then a scale and offset for each channel.</summary>
    public static ImportValue? InstanceNormalization(NodeContext node) =>
        node.Arity(3, 3) && node.Computed(0) is { } x ? OfChannels(node, x, groups: null) : null;

    /// <summary>The channels of each group together by their mean and variance, then a scale and offset for each channel (before version 21, each group).</summary>
    public static ImportValue? GroupNormalization(NodeContext node) =>
        node.Arity(3, 3) && node.Computed(0) is { } x ? OfChannels(node, x, node.Integer("num_groups", 0)) : null;

    /// <summary>Along an axis, by the sum of magnitudes or by the Euclidean length.</summary>
    public static ImportValue? LpNormalization(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.Computed(0) is not { } x)
        {
            return null;
        }

        int axis = node.ItemAxis(node.Integer("axis", -1), x);
        long p = node.Integer("p", 2);
        if (node.Failed || p is not (1 or 2))
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'p' is not 1 or 2");
        }

        FloatNode length = p == 2
            ? node.Reduce(x.Node!, axis, Reduction.EuclideanLength)
            : node.Reduce(node.Function(x.Node!, ElementWise.Of(UnaryFunction.Abs)), axis, Reduction.Sum);
        return node.Value(node.Divide(x.Node!, length), x.Item);
    }

    private static ImportValue? OverLast(NodeContext node, int most, bool center)
    {
        if (!node.Arity(2, most) || node.Computed(0) is not { } x || node.KnownFloats(1, "scale") is not { } scale)
        {
            return null;
        }

        Constant? shift = node.KnownFloats(2, "B", required: false);
        double epsilon = node.Float("epsilon", 1e-5f);
        int axis = node.ItemAxis(node.Integer("axis", -1), x);
        if (node.Failed || epsilon < 0)
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'epsilon' is negative");
        }

        ImmutableArray<int> flat = [.. x.Item[..axis], Shapes.Product(x.Item, axis, x.Item.Length)];
        FloatNode rows = node.Reshape(x.Node!, flat);
        ImportValue? result = node.Value(Normalized(node, rows, center, epsilon), x.Item);
        result = result is null ? null : Arithmetic.WithConstant(node, result, scale, '*', constantFirst: false);
        result = result is null || shift is null ? result : Arithmetic.WithConstant(node, result, shift, '+', constantFirst: false);
        if (center && (node.Wants(1) || node.Wants(2)))
        {
            FloatNode mean = node.Reduce(rows, flat.Length - 1, Reduction.Mean);
            FloatNode distance = node.Subtract(rows, mean);
            FloatNode variance = node.Reduce(node.Function(distance, ScalarFunction.X * ScalarFunction.X), flat.Length - 1, Reduction.Mean);
            ImmutableArray<int> item = [.. x.Item[..axis], .. NodeContext.Filled(x.Item.Length - axis, 1)];
            node.Set(1, node.Value(mean, item));
            node.Set(2, node.Value(node.Function(variance, 1 / ScalarFunction.Of(UnaryFunction.Sqrt, ScalarFunction.X + epsilon)), item));
        }

        return result;
    }

    private static ImportValue? OfChannels(NodeContext node, ImportValue x, long? groups)
    {
        Constant? scale = node.KnownFloats(1, "scale");
        Constant? shift = node.KnownFloats(2, "B");
        double epsilon = node.Float("epsilon", 1e-5f);
        int axis = 1 - node.Offset;
        if (node.Failed || axis >= x.Item.Length || epsilon < 0)
        {
            return node.Fail(OnnxErrors.Shape, "its operand has no channels, or epsilon is negative");
        }

        int channels = x.Item[axis];
        int items = Shapes.Product(x.Item, 0, axis);
        int size = Shapes.Product(x.Item, axis + 1, x.Item.Length);
        long parts = groups ?? channels;
        if (parts < 1 || parts > channels || channels % parts != 0 || scale!.Count != shift!.Count || (scale.Count != channels && scale.Count != parts))
        {
            return node.Fail(OnnxErrors.Shape, $"its groups and parameters don't fit {channels} channels");
        }

        FloatNode normalized = Normalized(node, node.Reshape(x.Node!, [items * (int)parts, channels / (int)parts * size]), center: true, epsilon);
        float[] scales = new float[channels];
        float[] offsets = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            int from = c / (channels / scale.Count);
            (scales[c], offsets[c]) = (scale.Floats![from], shift.Floats![from]);
        }

        FloatNode shaped = node.Reshape(normalized, x.Item);
        return node.Take(2L * channels) ? node.Value(node.Affine(shaped, axis, scales, offsets), x.Item) : null;
    }

    private static FloatNode Normalized(NodeContext node, FloatNode rows, bool center, double epsilon) =>
        node.Failed ? NodeContext.Nothing : node.Made(new NormalizeNode(node.Name, node.Operator, rows, center, epsilon));
}
