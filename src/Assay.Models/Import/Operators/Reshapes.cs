using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>The same elements in the same order under another shape.</summary>
internal static class Reshapes
{
    /// <summary>A constant shape, in which 0 copies a dimension (unless allowzero) and one -1 takes what is left.</summary>
    public static ImportValue? Reshape(NodeContext node)
    {
        if (!node.Arity(1, 2))
        {
            return null;
        }

        long[]? target = node.Version < 5 ? node.Integers("shape") : node.KnownIntegers(1, "shape");
        if (target is null)
        {
            return node.Fail(OnnxErrors.Attribute, "its shape is missing");
        }

        if (target.Length > ImportLimits.MaxRank)
        {
            return node.Fail(OnnxErrors.Limits, $"its shape has {target.Length} dimensions");
        }

        bool zeroCopies = node.Integer("allowzero", 0) == 0;
        ImportValue x = node.Input(0);
        return x.Node is not null && node.Hidden ? Item(node, x, target, zeroCopies) : Literal(node, x, target, zeroCopies);
    }

    /// <summary>A matrix: the axes before <c>axis</c> joined, and those from it on.</summary>
    public static ImportValue? Flatten(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        ImportValue x = node.Input(0);
        int rank = x.Item.Length + (x.Node is null ? 0 : node.Offset);
        long given = node.Integer("axis", 1);
        int axis = given == rank ? rank : node.Axis(given, rank);
        if (node.Failed)
        {
            return null;
        }

        if (x.Node is null || !node.Hidden)
        {
            return Layout.Shaped(node, x, [Shapes.Product(x.Item, 0, axis), Shapes.Product(x.Item, axis, rank)], batchKept: true);
        }

        // [N*a, b] keeps items apart only if a = 1; [1, N*a] only if N = 1.
        bool apart = axis == 0 ? node.BatchSize == 1 : Shapes.Product(x.Item, 0, axis - 1) == 1;
        return apart ? node.Value(x.Node, [x.Node.Count], x.Kind) : node.Fail(OnnxErrors.Batch, $"axis {given} joins other dimensions with the batch", Layout.KeepBatch);
    }

    /// <summary>Without the named axes of length 1, or without all of them.</summary>
    public static ImportValue? Squeeze(NodeContext node)
    {
        if (!node.Arity(1, 2) || !Axes(node, out long[]? axes))
        {
            return null;
        }

        ImmutableArray<long> full = node.FullShape(node.Input(0));
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
                return node.Fail(!node.Failed && full[a] == Constant.Batch ? OnnxErrors.Batch : OnnxErrors.Shape, $"axis {axis} is not of size 1, or given twice");
            }
        }

        return Layout.Shaped(node, node.Input(0), [.. full.Where((_, i) => !drop.Contains(i))], batchKept: !drop.Contains(0));
    }

    /// <summary>With axes of length 1 at the named places.</summary>
    public static ImportValue? Unsqueeze(NodeContext node)
    {
        if (!node.Arity(1, 2) || !Axes(node, out long[]? axes))
        {
            return null;
        }

        ImmutableArray<long> full = node.FullShape(node.Input(0));
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
        return Layout.Shaped(node, node.Input(0), [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : full[next++])], batchKept: !added.Contains(0));
    }

    private static ImportValue? Item(NodeContext node, ImportValue x, long[] target, bool zeroCopies)
    {
        ImmutableArray<long> full = node.FullShape(x);
        int count = x.Node!.Count;
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

            if (i > 0 && (shape[i] < 1 || shape[i] > count || (product *= shape[i]) > count))
            {
                return Mixes();
            }
        }

        if (inferred > 0)
        {
            shape[inferred] = count / product;
            product *= shape[inferred];
        }

        // The product of all but the first must be one item; the first is then the batch, or must say so.
        bool batchFirst = shape.Length > 1 && product == count && (inferred == 0 || shape[0] == batch);
        return batchFirst ? node.Value(x.Node, [.. shape[1..].Select(d => (int)d)], x.Kind) : Mixes();

        ImportValue? Mixes() =>
            node.Fail(OnnxErrors.Batch, $"it reshapes items of {Shapes.Text(x.Item)} to {Text(target)}, which mixes items or doesn't fit", Layout.KeepBatch);
    }

    private static ImportValue? Literal(NodeContext node, ImportValue x, long[] target, bool zeroCopies)
    {
        int count = x.Constant?.Count ?? x.Node!.Count;
        long product = 1;
        int inferred = -1;
        long[] shape = new long[target.Length];
        for (int i = 0; i < target.Length; i++)
        {
            shape[i] = target[i] == 0 && zeroCopies && i < x.Item.Length ? x.Item[i] : target[i];
            if (shape[i] == -1 && inferred < 0)
            {
                inferred = i;
            }
            else if (shape[i] < 0 || shape[i] > count || (product *= shape[i]) > count)
            {
                return Wrong();
            }
        }

        if (inferred >= 0 && product != 0)
        {
            shape[inferred] = count / product;
            product *= shape[inferred];
        }

        return product == count ? Layout.Shaped(node, x, [.. shape], batchKept: true) : Wrong();

        ImportValue? Wrong() => node.Fail(OnnxErrors.Shape, $"a value of {Shapes.Text(x.Item)} can't be reshaped to {Text(target)}");
    }

    private static bool Axes(NodeContext node, out long[]? axes)
    {
        axes = node.Version < 13 ? node.Integers("axes") : node.KnownIntegers(1, "axes", required: false);
        return !node.Failed;
    }

    private static string Text(long[] target) =>
        "[" + string.Join(",", target.Select(d => d == Constant.Batch ? "batch" : d.ToString(System.Globalization.CultureInfo.InvariantCulture))) + "]";
}
