using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Expand and Tile: values repeated.</summary>
internal static class Expand
{
    /// <summary>Broadcast to a constant shape: axes of length 1 are repeated.</summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(2, 2) || node.KnownIntegers(1, "shape") is not { } target)
        {
            return null;
        }

        ImportValue x = node.Input(0);
        ImmutableArray<long> full = node.FullShape(x);
        int rank = Math.Max(full.Length, target.Length);
        if (rank > ImportLimits.MaxRank)
        {
            return node.Fail(OnnxErrors.Limits, $"its shape has {rank} dimensions");
        }

        if (x.Node is not null && node.Hidden && rank != full.Length)
        {
            return node.Fail(OnnxErrors.Batch, "it puts dimensions before the batch", Layout.KeepBatch);
        }

        long[] shape = new long[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            long own = axis < rank - full.Length ? 1 : full[axis - (rank - full.Length)];
            long wanted = axis < rank - target.Length ? 1 : target[axis - (rank - target.Length)];
            if ((own != wanted && own != 1 && wanted != 1) || (own != Constant.Batch && own < 1) || (wanted != Constant.Batch && wanted < 1))
            {
                return node.Fail(axis == 0 && node.Hidden && x.Node is not null ? OnnxErrors.Batch : OnnxErrors.Shape, $"axis {axis} of length {own} can't be expanded to {wanted}");
            }

            shape[axis] = own == 1 ? wanted : own;
        }

        if (x.Constant is { } data)
        {
            if (shape.Contains(Constant.Batch) || shape.Any(d => d > int.MaxValue))
            {
                return node.Fail(OnnxErrors.Batch, "it repeats a constant for the batch", "a model that adds constants without expanding them");
            }

            ImmutableArray<int> own = [.. NodeContext.Filled(rank - full.Length, 1), .. data.Shape];
            ImmutableArray<int> known = [.. shape.Select(d => (int)d)];
            return Layout.Sliced(
                node, data.WithShape(own), NodeContext.Filled(rank, 0), [.. own.Select((length, axis) => length == 1 && known[axis] != 1 ? 0 : 1)], known) is { } made
                ? ImportValue.Of(made, x.Kind) : null;
        }

        if ((node.Hidden && shape[0] != full[0]) || !node.Fits([.. shape.Skip(node.Offset)]))
        {
            return node.Fail(OnnxErrors.Batch, "it repeats the batch", Layout.KeepBatch);
        }

        ImmutableArray<int> item = [.. shape.Skip(node.Offset).Select(d => (int)d)];
        return item.Length == 0 ? x : node.Value(Layout.Expanded(node, node.Raised(x.Node!, item.Length), item), item, x.Kind);
    }

    /// <summary>Each axis as often as its constant number of repeats says.</summary>
    public static ImportValue? Tile(NodeContext node)
    {
        if (!node.Arity(2, 2) || node.Computed(0) is not { } x || node.KnownIntegers(1, "repeats") is not { } repeats)
        {
            return null;
        }

        if (repeats.Length != x.Item.Length + node.Offset || (node.Hidden && repeats[0] != 1) || repeats.Any(r => r is < 1 or > 1 << 26))
        {
            return node.Fail(node.Hidden && repeats.Length != 0 && repeats[0] != 1 ? OnnxErrors.Batch : OnnxErrors.Shape, "its repeats are not one positive number for each axis, or repeat the batch");
        }

        if (!node.Fits([.. x.Item.Select((length, axis) => length * repeats[axis + node.Offset])]))
        {
            return null;
        }

        FloatNode result = x.Node!;
        for (int axis = 0; axis < x.Item.Length && !node.Failed; axis++)
        {
            int size = x.Item[axis];
            int times = (int)repeats[axis + node.Offset];
            if (times == 1)
            {
                continue;
            }

            // [before, 1, the axis and what is behind it] repeated in the middle.
            ImmutableArray<int> shape = result.Shape;
            int before = Shapes.Product(shape, 0, axis);
            FloatNode apart = node.Reshape(result, [before, 1, result.Count / before]);
            result = node.Reshape(Layout.Expanded(node, apart, [before, times, result.Count / before]), shape.SetItem(axis, size * times));
        }

        return node.Value(result, x.Item.Length == 0 ? [] : result.Shape, x.Kind);
    }
}
