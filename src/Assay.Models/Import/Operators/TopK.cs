using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>The first elements in order of value, and where they stand.</summary>
internal static class TopK
{
    /// <summary>The K largest (or smallest) of an axis in order, and their places; of equal ones the one that stands first.</summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(1, 2) || node.Computed(0) is not { } x)
        {
            return null;
        }

        long k = node.Version < 10 ? node.Integer("k", 0) : (long)node.Number(1, "K", 0);
        bool largest = node.Integer("largest", 1) != 0;
        int axis = node.ItemAxis(node.Integer("axis", -1), x);
        if (node.Failed || k < 1 || k > x.Item[axis])
        {
            return node.Fail(OnnxErrors.Shape, $"it takes {k} of an axis that is not as long");
        }

        for (int output = 1; output >= 0; output--)
        {
            if (node.Wants(output))
            {
                FloatNode made = node.LastTo(First(node, node.AxisLast(x.Node!, axis), (int)k, largest, places: output == 1), axis);
                node.Set(output, node.Value(made, x.Item.SetItem(axis, (int)k), output == 1 ? ElementKind.Integer : x.Kind));
            }
        }

        return node.Failed ? null : node.Outputs[0] ?? x;
    }

    /// <summary>The place of an axis's largest element; of equal ones the first, or the last if select_last_index.</summary>
    public static ImportValue? ArgMax(NodeContext node) => Place(node, largest: true);

    /// <summary>The place of an axis's smallest element; of equal ones the first, or the last if select_last_index.</summary>
    public static ImportValue? ArgMin(NodeContext node) => Place(node, largest: false);

    private static ImportValue? Place(NodeContext node, bool largest)
    {
        if (!node.Arity(1, 1) || node.Computed(0) is not { } x)
        {
            return null;
        }

        int axis = node.ItemAxis(node.Integer("axis", 0), x);
        bool keeps = node.Integer("keepdims", 1) != 0;
        bool last = node.Integer("select_last_index", 0) != 0;
        if (node.Failed)
        {
            return null;
        }

        int size = x.Item[axis];
        FloatNode rows = node.AxisLast(x.Node!, axis);
        rows = last ? node.Gather(rows, rows.Shape.Length - 1, [.. Enumerable.Range(0, size).Reverse()]) : rows;
        FloatNode place = First(node, rows, 1, largest, places: true);
        place = last ? node.Affine(place, -1, size - 1) : place;
        return node.Value(place, keeps ? x.Item.SetItem(axis, 1) : x.Item.RemoveAt(axis), ElementKind.Integer);
    }

    private static FloatNode First(NodeContext node, FloatNode rows, int k, bool largest, bool places) =>
        node.Failed ? NodeContext.Nothing : node.Made(new TopKNode(node.Name, node.Operator, rows, k, largest, places));
}
