using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Gather.</summary>
internal static class Gather
{
    /// <summary>
    /// The places of an axis that indices name. Either the indices are constant, or they are computed whole numbers and the
    /// data a constant table, of which they name rows (an embedding).
    /// </summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(2, 2))
        {
            return null;
        }

        (ImportValue data, ImportValue indices) = (node.Input(0), node.Input(1));
        if (indices.Node is not null)
        {
            return Embedding(node, data, indices);
        }

        Constant list = indices.Constant!;
        int rank = data.Item.Length + (data.Node is null ? 0 : node.Offset);
        long given = node.Integer("axis", 0);
        if (list.IsFloat || rank - 1 + list.Shape.Length > ImportLimits.MaxRank)
        {
            return node.Fail(OnnxErrors.Shape, "its indices are not integers or the result has too many dimensions");
        }

        int axis = data.Node is null ? node.Axis(given, rank) : node.ItemAxis(given, data);
        if (node.Failed)
        {
            return null;
        }

        int size = data.Item[axis];
        int[] places = new int[list.Count];
        for (int i = 0; i < places.Length; i++)
        {
            long index = list.Integers![i] < 0 ? list.Integers[i] + size : list.Integers[i];
            if (index < 0 || index >= size)
            {
                return node.Fail(OnnxErrors.Shape, $"index {list.Integers[i]} is outside an axis of {size}");
            }

            places[i] = (int)index;
        }

        ImmutableArray<int> item = [.. data.Item[..axis], .. list.Shape, .. data.Item[(axis + 1)..]];
        if (data.Constant is { } known)
        {
            return Known(node, known, axis, places, item) is { } picked ? picked with { Kind = data.Kind } : null;
        }

        if (places.Length == 0)
        {
            return node.Fail(OnnxErrors.Shape, "its result would be empty");
        }

        return node.Value(node.Gather(data.Node!, axis, [.. places]), item, data.Kind);
    }

    private static ImportValue? Embedding(NodeContext node, ImportValue data, ImportValue indices)
    {
        if (data.Constant is not { Floats: { } table } constant)
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "its indices depend on the graph's inputs, and its data are not a constant table of floats", "constant indices, or a constant table");
        }

        int axis = node.Axis(node.Integer("axis", 0), constant.Shape.Length);
        int width = node.Failed || constant.Count == 0 ? 0 : constant.Count / constant.Shape[0];
        ImmutableArray<int> item = [.. indices.Item, .. constant.Shape[Math.Min(1, constant.Shape.Length)..]];
        if (node.Failed || axis != 0 || width == 0 || indices.Item.Length + 1 > ImportLimits.MaxRank || item.Length > ImportLimits.MaxRank
            || table.AsSpan().ContainsAnyNotFinite() || !node.Fits(indices.Node!.Count, width))
        {
            return node.Fail(OnnxErrors.UnsupportedForm, "computed indices select along another axis than the first, from an empty table, or one that isn't finite", "axis = 0");
        }

        ImmutableArray<int> places = NodeContext.NodeShape(indices.Item);
        if (places.Length + 1 > ImportLimits.MaxRank)
        {
            return node.Fail(OnnxErrors.Limits, "its result has too many dimensions");
        }

        return node.Value(node.Made(new EmbeddingNode(node.Name, node.Operator, indices.Node!, table, width)), item);
    }

    private static ImportValue? Known(NodeContext node, Constant data, int axis, int[] places, ImmutableArray<int> item)
    {
        int size = data.Shape[axis];
        int outer = Shapes.Product(data.Shape, 0, axis);
        int inner = Shapes.Product(data.Shape, axis + 1, data.Shape.Length);
        long total = (long)outer * inner * places.Length;
        if (!node.Take(total))
        {
            return null;
        }

        int[] source = new int[total];
        int position = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (int place in places)
            {
                for (int i = 0; i < inner; i++)
                {
                    source[position++] = (o * size + place) * inner + i;
                }
            }
        }

        return data.Pick(item, source);
    }
}
