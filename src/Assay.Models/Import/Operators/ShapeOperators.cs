using System.Collections.Immutable;
using Assay.Models.Graph;
using DataType = Onnx.TensorProto.Types.DataType;

namespace Assay.Models.Import.Operators;

/// <summary>Operators that move no data, or none that depends on the inputs.</summary>
internal static class ShapeOperators
{
    private const string KeepBatch = "keep the batch as the first dimension: Reshape to [0, ...] or [-1, ...], Flatten with axis 1";

    public static ImportValue? Identity(NodeContext node) => node.Arity(1, 1) ? node.Input(0) : null;

    public static ImportValue? Dropout(NodeContext node)
    {
        if (!node.Arity(1, 3))
        {
            return null;
        }

        if (node.Version >= 12 && node.Has(2) && node.Known(2, "training_mode") is not { Integers: [0] })
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it is in training mode", "export the model in evaluation mode");
        }

        return node.Failed ? null : node.Input(0);
    }

    public static ImportValue? Cast(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        DataType to = (DataType)node.Integer("to", 0);
        bool toFloat = to is DataType.Float or DataType.Double or DataType.Float16 or DataType.Bfloat16;
        bool toInteger = to is DataType.Int64 or DataType.Int32 or DataType.Bool;
        if (node.Failed)
        {
            return null;
        }

        if (node.Input(0).Node is { } x)
        {
            return to == DataType.Float ? x
                : node.Fail(OnnxErrors.UnsupportedForm, $"it casts a value that depends on the inputs to {to}", "keep all values float32");
        }

        Constant data = node.Known(0, "input")!;
        if (data.IsFloat ? toFloat : toInteger && to != DataType.Bool)
        {
            return data;
        }

        if (data.IsFloat && toInteger && node.Take(data.Count) && !data.Floats.AsSpan().ContainsAnyNotFinite())
        {
            return new Constant(data.Shape, data.Floats!.Select(f => to == DataType.Bool ? (f != 0 ? 1 : 0) : (long)Math.Clamp(f, -9e15f, 9e15f)).ToArray());
        }

        if (!data.IsFloat && toFloat && !data.Integers.AsSpan().Contains(Constant.Batch) && node.Take(data.Count))
        {
            return new Constant(data.Shape, data.Integers!.Select(i => (float)i).ToArray());
        }

        return node.Fail(OnnxErrors.UnsupportedForm, $"a constant can't be cast to {to} here");
    }

    public static ImportValue? Shape(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        ImmutableArray<long> full = node.Input(0).Node is { } x ? node.FullShape(x) : [.. node.Input(0).Constant!.Shape.Select(d => (long)d)];
        long start = Limit(node.Integer("start", 0), full.Length);
        long end = Limit(node.Integer("end", full.Length), full.Length);
        long[] picked = start < end ? full[(int)start..(int)end].ToArray() : [];
        return node.Failed ? null : new Constant([picked.Length], picked);

        static long Limit(long value, int rank) => Math.Clamp(value < 0 && value >= -rank ? value + rank : value, 0, rank);
    }

    public static ImportValue? Reshape(NodeContext node)
    {
        if (!node.Arity(2, 2) || node.KnownIntegers(1, "shape") is not { } target)
        {
            return null;
        }

        if (target.Length > ImportLimits.MaxRank)
        {
            return node.Fail(OnnxErrors.Limits, $"its shape has {target.Length} dimensions");
        }

        bool zeroCopies = node.Integer("allowzero", 0) == 0;
        return node.Input(0).Node is { } x
            ? ReshapeItem(node, x, target, zeroCopies)
            : ReshapeConstant(node, node.Input(0).Constant!, target, zeroCopies);
    }

    public static ImportValue? Flatten(NodeContext node)
    {
        if (!node.Arity(1, 1) || node.Input(0).Node is not { } x)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "it flattens a constant");
        }

        int rank = x.Shape.Length + 1;
        long given = node.Integer("axis", 1);
        int axis = given == rank ? rank : node.Axis(given, rank);
        if (node.Failed)
        {
            return null;
        }

        // [N*a, b] keeps items apart only if a = 1; [1, N*a] only if N = 1.
        bool apart = axis == 0 ? node.BatchSize == 1 : Shapes.Product(x.Shape, 0, axis - 1) == 1;
        return apart ? Reshaped(node, x, [x.Count]) : node.Fail(OnnxErrors.Batch, $"axis {given} joins other dimensions with the batch", KeepBatch);
    }

    public static ImportValue? Squeeze(NodeContext node)
    {
        if (!node.Arity(1, 2) || !Axes(node, out long[]? axes))
        {
            return null;
        }

        ImmutableArray<long> full = FullShape(node);
        HashSet<int> drop = [];
        for (int i = 0; axes is null && i < full.Length; i++)
        {
            if (full[i] == 1)
            {
                drop.Add(i);
            }
        }

        foreach (long axis in axes ?? [])
        {
            int a = node.Axis(axis, full.Length);
            if (node.Failed || full[a] != 1 || !drop.Add(a))
            {
                return node.Fail(OnnxErrors.Shape, $"axis {axis} is not of size 1, or given twice");
            }
        }

        return WithShape(node, [.. full.Where((_, i) => !drop.Contains(i))], batchKept: !drop.Contains(0));
    }

    public static ImportValue? Unsqueeze(NodeContext node)
    {
        if (!node.Arity(1, 2) || !Axes(node, out long[]? axes))
        {
            return null;
        }

        ImmutableArray<long> full = FullShape(node);
        int rank = full.Length + (axes?.Length ?? 0);
        if (axes is null || rank > ImportLimits.MaxRank)
        {
            return node.Fail(OnnxErrors.Shape, "it has no axes, or too many");
        }

        HashSet<int> added = [];
        foreach (long axis in axes)
        {
            if (!added.Add(node.Axis(axis, rank)) || node.Failed)
            {
                return node.Fail(OnnxErrors.Shape, $"axis {axis} is given twice");
            }
        }

        int next = 0;
        return WithShape(node, [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : full[next++])], batchKept: !added.Contains(0));
    }

    public static ImportValue? Transpose(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        ImmutableArray<long> full = FullShape(node);
        long[] permutation = node.Integers("perm") ?? [.. Enumerable.Range(0, full.Length).Reverse().Select(i => (long)i)];
        if (node.Failed || !permutation.Order().SequenceEqual(Enumerable.Range(0, full.Length).Select(i => (long)i)))
        {
            return node.Fail(OnnxErrors.Attribute, "attribute 'perm' is not a permutation of the axes");
        }

        int[] axes = [.. permutation.Select(p => (int)p)];
        if (node.Input(0).Constant is { } data)
        {
            return FoldedOperators.Transpose(node, data, axes);
        }

        // Moving axes of size 1 about moves no data.
        int[] moved = [.. axes.Where(a => a == 0 || full[a] != 1)];
        return axes[0] == 0 && moved.SequenceEqual(moved.Order())
            ? WithShape(node, [.. axes.Select(a => full[a])], batchKept: true)
            : node.Fail(OnnxErrors.UnsupportedForm, "it reorders values that depend on the inputs", "channels-first layout (N,C,H,W) throughout");
    }

    private static ImportValue? ReshapeItem(NodeContext node, FloatNode x, long[] target, bool zeroCopies)
    {
        ImmutableArray<long> full = node.FullShape(x);
        long batch = full[0];
        long[] shape = new long[target.Length];
        int inferred = -1;
        long product = 1;
        for (int i = 0; i < target.Length; i++)
        {
            shape[i] = target[i] == 0 && zeroCopies && i < full.Length ? full[i] : target[i];
            if (shape[i] == -1 && inferred < 0)
            {
                inferred = i;
                continue;
            }

            if (i > 0 && (shape[i] < 1 || shape[i] > x.Count || (product *= shape[i]) > x.Count))
            {
                return node.Fail(OnnxErrors.Batch, $"it reshapes items of {Shapes.Text(x.Shape)} to {Text(target)}, which mixes items or doesn't fit", KeepBatch);
            }
        }

        if (inferred > 0)
        {
            shape[inferred] = x.Count / product;
            product *= shape[inferred];
        }

        // The product of all but the first must be one item; the first is then the batch, or must say so.
        bool batchFirst = shape.Length > 1 && product == x.Count && (inferred == 0 || shape[0] == batch);
        return batchFirst
            ? Reshaped(node, x, [.. shape[1..].Select(d => (int)d)])
            : node.Fail(OnnxErrors.Batch, $"it reshapes items of {Shapes.Text(x.Shape)} to {Text(target)}, which mixes items or doesn't fit", KeepBatch);
    }

    private static ImportValue? ReshapeConstant(NodeContext node, Constant data, long[] target, bool zeroCopies)
    {
        long product = 1;
        int inferred = -1;
        int[] shape = new int[target.Length];
        for (int i = 0; i < target.Length; i++)
        {
            long d = target[i] == 0 && zeroCopies && i < data.Shape.Length ? data.Shape[i] : target[i];
            if (d == -1 && inferred < 0)
            {
                inferred = i;
                continue;
            }

            if (d < 0 || d > data.Count || (product *= d) > data.Count)
            {
                return node.Fail(OnnxErrors.Shape, $"a constant of {Shapes.Text(data.Shape)} can't be reshaped to {Text(target)}");
            }

            shape[i] = (int)d;
        }

        if (inferred >= 0 && product != 0)
        {
            shape[inferred] = (int)(data.Count / product);
            product *= shape[inferred];
        }

        return product == data.Count
            ? data.WithShape([.. shape])
            : node.Fail(OnnxErrors.Shape, $"a constant of {Shapes.Text(data.Shape)} can't be reshaped to {Text(target)}");
    }

    private static bool Axes(NodeContext node, out long[]? axes)
    {
        axes = node.Version < 13 ? node.Integers("axes") : node.KnownIntegers(1, "axes", required: false);
        return !node.Failed;
    }

    private static ImmutableArray<long> FullShape(NodeContext node) =>
        node.Input(0).Node is { } x ? node.FullShape(x) : [.. node.Input(0).Constant!.Shape.Select(d => (long)d)];

    private static ImportValue? WithShape(NodeContext node, ImmutableArray<long> full, bool batchKept)
    {
        if (node.Input(0).Constant is { } data)
        {
            return data.WithShape([.. full.Select(d => (int)d)]);
        }

        return batchKept && full.Length > 1
            ? Reshaped(node, node.Input(0).Node!, [.. full.Skip(1).Select(d => (int)d)])
            : node.Fail(OnnxErrors.Batch, "it adds or drops a dimension in the batch's place, or leaves only the batch", KeepBatch);
    }

    internal static ImportValue? Reshaped(NodeContext node, FloatNode x, ImmutableArray<int> shape) =>
        node.Failed ? null : new ReshapeNode(node.Name, node.Operator, x, shape);

    private static string Text(long[] target) =>
        "[" + string.Join(",", target.Select(d => d == Constant.Batch ? "batch" : d.ToString(System.Globalization.CultureInfo.InvariantCulture))) + "]";
}
