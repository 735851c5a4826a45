using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Pad.</summary>
internal static class Pad
{
    /// <summary>
    /// Places before and after axes: a constant, the edge's value, or the values mirrored at the edge or taken from the other
    /// end; negative numbers cut. Zeros around images join the convolution or average behind them.
    /// </summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(1, 4) || node.Computed(0) is not { } x)
        {
            return null;
        }

        bool attributes = node.Version < 11;
        int rank = x.Item.Length + node.Offset;
        long[]? pads = attributes ? node.Integers("pads") : node.KnownIntegers(1, "pads");
        float value = attributes ? node.Float("value", 0) : (float)node.Number(2, "constant_value", 0);
        long[] axes = node.KnownIntegers(3, "axes", required: false) ?? [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        string mode = node.Text("mode", "constant");
        if (node.Failed || pads is null || pads.Length != 2 * axes.Length || axes.Length > rank || pads.Any(p => p is < -(1 << 26) or > 1 << 26))
        {
            return node.Fail(OnnxErrors.Attribute, "its pads are out of range, or not two for each axis");
        }

        int[] before = new int[x.Item.Length];
        int[] after = new int[before.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            int full = node.Axis(axes[i], rank);
            if (node.Failed || (full < node.Offset && (pads[i] | pads[i + axes.Length]) != 0))
            {
                return node.Fail(OnnxErrors.Batch, "it pads the batch", "pads of 0 for the first axis");
            }

            if (full >= node.Offset)
            {
                (before[full - node.Offset], after[full - node.Offset]) = ((int)pads[i], (int)pads[i + axes.Length]);
            }
        }

        if (before.Concat(after).All(p => p == 0))
        {
            return x;
        }

        return mode switch
        {
            "constant" => Constant(node, x, before, after, value),
            "reflect" or "edge" or "wrap" => Repeated(node, x, before, after, mode),
            _ => node.Fail(OnnxErrors.Attribute, "attribute 'mode' has an unknown value", "constant, reflect, edge or wrap"),
        };
    }

    private static ImportValue? Constant(NodeContext node, ImportValue x, int[] before, int[] after, float value)
    {
        FloatNode cut = x.Node!;
        for (int axis = 0; axis < before.Length && !node.Failed; axis++)
        {
            int start = Math.Max(0, -before[axis]);
            long length = (long)x.Item[axis] - start - Math.Max(0, -after[axis]);
            if (!node.Fits(length))
            {
                return null;
            }

            cut = node.Cut(cut, axis, start, (int)length);
        }

        int[] first = [.. before.Select(p => Math.Max(0, p))];
        int[] last = [.. after.Select(p => Math.Max(0, p))];
        ImmutableArray<int> shape = cut.Shape;
        if (node.Failed || before.Length == 0 || !node.Fits([.. shape.Select((length, axis) => (long)length + first[axis] + last[axis])]))
        {
            return node.Fail(OnnxErrors.Shape, "it pads a single number");
        }

        ImmutableArray<int> item = [.. shape.Select((length, axis) => length + first[axis] + last[axis])];

        // Channels of one or two axes, once without and once with the 1 of a batch.
        int leading = 2 - node.Offset;
        int spatial = shape.Length - leading;
        bool planes = value == 0 && spatial is 1 or 2 && value == 0 && first[..leading].Concat(last[..leading]).All(p => p == 0);
        if (planes)
        {
            int[] top = spatial == 2 ? first[leading..] : [0, first[leading]];
            int[] bottom = spatial == 2 ? last[leading..] : [0, last[leading]];
            FloatNode plane = node.Reshape(cut, [Shapes.Product(shape, 0, leading), spatial == 2 ? shape[leading] : 1, shape[^1]]);
            return node.Failed ? null : node.Value(node.Made(new PadNode(node.Name, node.Operator, plane, top[0], top[1], bottom[0], bottom[1])), item, x.Kind);
        }

        if (!float.IsFinite(value))
        {
            return node.Fail(OnnxErrors.NotFinite, "it pads with an infinity or NaN", "a finite number");
        }

        return node.Value(node.Made(new ConstantPadNode(node.Name, node.Operator, cut, [.. first], [.. last], value)), item, x.Kind);
    }

    private static ImportValue? Repeated(NodeContext node, ImportValue x, int[] before, int[] after, string mode)
    {
        FloatNode result = x.Node!;
        for (int axis = 0; axis < before.Length && !node.Failed; axis++)
        {
            int size = x.Item[axis];
            long length = (long)size + before[axis] + after[axis];
            if (before[axis] == 0 && after[axis] == 0)
            {
                continue;
            }

            if (!node.FitsList(length))
            {
                return null;
            }

            int[] places = new int[length];
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = Place(i - before[axis], size, mode);
            }

            result = node.Gather(result, axis, [.. places]);
        }

        return node.Value(result, result.Shape, x.Kind);
    }

    private static int Place(int i, int size, string mode)
    {
        switch (mode)
        {
            case "edge":
                return Math.Clamp(i, 0, size - 1);
            case "wrap":
                return (i % size + size) % size;
            default:
                int period = Math.Max(1, 2 * (size - 1));
                int at = (i % period + period) % period;
                return Math.Min(at, period - at);
        }
    }
}
