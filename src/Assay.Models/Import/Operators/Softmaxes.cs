using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>Softmax and its logarithm.</summary>
internal static class Softmaxes
{
    /// <summary>e^x by the sum of e^x along an axis; before version 13 all axes from it on are one.</summary>
    public static ImportValue? Softmax(NodeContext node) =>
        Along(node, rows => node.Made(new SoftmaxNode(node.Name, node.Operator, rows)));

    /// <summary>x less the logarithm of the sum of e^x along an axis; before version 13 all axes from it on are one.</summary>
    public static ImportValue? LogSoftmax(NodeContext node) => Along(node, rows =>
    {
        int last = rows.Shape.Length - 1;
        FloatNode distance = node.Subtract(rows, node.Reduce(rows, last, Reduction.Max));
        FloatNode sum = node.Reduce(node.Function(distance, ElementWise.Of(UnaryFunction.Exp)), last, Reduction.Sum);
        return node.Subtract(distance, node.Function(sum, ElementWise.Of(UnaryFunction.Log)));
    });

    private static ImportValue? Along(NodeContext node, Func<FloatNode, FloatNode> rows)
    {
        if (!node.Arity(1, 1) || node.Computed(0) is not { } x)
        {
            return null;
        }

        bool joins = node.Version < 13;
        int axis = node.ItemAxis(node.Integer("axis", joins ? 1 : -1), x);
        if (node.Failed)
        {
            return null;
        }

        if (joins || Shapes.Product(x.Item, axis + 1, x.Item.Length) == 1)
        {
            FloatNode flat = node.Reshape(x.Node!, [.. x.Item[..axis], Shapes.Product(x.Item, axis, x.Item.Length)]);
            return node.Failed ? null : node.Value(rows(flat), x.Item);
        }

        FloatNode moved = node.AxisLast(x.Node!, axis);
        return node.Failed ? null : node.Value(node.LastTo(rows(moved), axis), x.Item);
    }
}
