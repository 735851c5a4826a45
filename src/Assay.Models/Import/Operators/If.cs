using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>If.</summary>
internal static class If
{
    /// <summary>
    /// The outputs of one of two subgraphs. With a constant condition the other one is not even read; with a computed one both
    /// are evaluated, and each output's elements are chosen.
    /// </summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(1, 1))
        {
            return null;
        }

        ImportValue condition = node.Input(0);
        if (condition.Node is { } computed)
        {
            return computed.Count == 1
                ? Chosen(node, computed)
                : node.Fail(OnnxErrors.Shape, "its condition is not one number");
        }

        if (condition.Constant is not { Count: 1, Integers: [not Constant.Batch] known })
        {
            return node.Fail(OnnxErrors.Shape, "its condition is not true or false");
        }

        if (node.Subgraph(known[0] != 0 ? "then_branch" : "else_branch") is not { Length: > 0 } outputs)
        {
            return node.Failed ? null : node.Fail(OnnxErrors.Arity, "its subgraph has no outputs");
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            node.Set(i, outputs[i]);
        }

        return outputs[0];
    }

    private static ImportValue? Chosen(NodeContext node, FloatNode condition)
    {
        if (node.Subgraph("then_branch") is not { Length: > 0 } first || node.Subgraph("else_branch") is not { } second || second.Length != first.Length)
        {
            return node.Failed ? null : node.Fail(OnnxErrors.Arity, "its subgraphs have different numbers of outputs");
        }

        for (int i = first.Length - 1; i >= 0; i--)
        {
            (ImportValue a, ImportValue b) = (first[i]!, second[i]!);
            int rank = (a.Node is null ? b : a).Item.Length;
            if ((a.Node ?? Arithmetic.AsNode(node, a.Constant!, rank)) is not { } x || (b.Node ?? Arithmetic.AsNode(node, b.Constant!, rank)) is not { } y)
            {
                return null;
            }

            if (!Shapes.Same(x.Shape, y.Shape))
            {
                return node.Fail(OnnxErrors.UnsupportedForm, "its condition is computed, and its branches give different shapes", "bind the input that decides, with --set NAME=VALUE");
            }

            node.Set(i, node.Value(node.Select(node.Reshape(condition, NodeContext.Filled(x.Shape.Length, 1)), x, y), rank == 0 ? [] : x.Shape, a.Kind));
        }

        return node.Failed ? null : node.Outputs[0];
    }
}
