using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Import.Operators;

/// <summary>Concat.</summary>
internal static class Concat
{
    /// <summary>Values one after the other along an axis; constants among computed ones are the same for every item.</summary>
    public static ImportValue? Import(NodeContext node)
    {
        if (!node.Arity(1, int.MaxValue))
        {
            return null;
        }

        List<ImportValue> parts = [];
        for (int i = 0; i < node.InputCount; i++)
        {
            if (!node.Has(i))
            {
                return node.Fail(OnnxErrors.Arity, $"input {i} is missing");
            }

            parts.Add(node.Input(i));
        }

        return parts.TrueForAll(p => p.Constant is not null) ? Known(node, parts) : Computed(node, parts);
    }

    private static ImportValue? Computed(NodeContext node, List<ImportValue> parts)
    {
        ImportValue like = parts.Find(p => p.Node is not null)!;
        int rank = like.Item.Length;
        int axis = node.ItemAxis(node.Integer("axis", 0), like);
        List<FloatNode> nodes = [];
        foreach (ImportValue part in parts)
        {
            if (node.Failed)
            {
                return null;
            }

            if (part.Constant is { Count: 0 })
            {
                continue;
            }

            FloatNode? made = part.Node ?? Arithmetic.AsNode(node, part.Constant!, rank);
            if (made is null || node.Failed || made.Shape.Length != rank || !Shapes.Same(made.Shape.SetItem(axis, 0), nodes.Count == 0 ? made.Shape.SetItem(axis, 0) : nodes[0].Shape.SetItem(axis, 0)))
            {
                return node.Fail(OnnxErrors.Shape, "its operands differ in more than the joined axis");
            }

            nodes.Add(made);
        }

        FloatNode joined = node.Concat([.. nodes], axis);
        return node.Value(joined, joined.Shape, like.Kind);
    }

    private static ImportValue? Known(NodeContext node, List<ImportValue> parts)
    {
        Constant first = parts[0].Constant!;
        int axis = node.Axis(node.Integer("axis", 0), first.Shape.Length);
        if (node.Failed)
        {
            return null;
        }

        long joined = 0;
        foreach (ImportValue value in parts)
        {
            Constant part = value.Constant!;
            if (part.IsFloat != first.IsFloat || part.Shape.Length != first.Shape.Length
                || !Shapes.Same(part.Shape.SetItem(axis, 0), first.Shape.SetItem(axis, 0)))
            {
                return node.Fail(OnnxErrors.Shape, "its operands differ in more than the joined axis");
            }

            joined += part.Shape[axis];
        }

        long total = parts.Sum(p => (long)p.Constant!.Count);
        if (joined > int.MaxValue || !node.Take(total))
        {
            return node.Fail(OnnxErrors.Limits, "the joined constant is too large");
        }

        ImmutableArray<int> shape = first.Shape.SetItem(axis, (int)joined);
        int outer = Shapes.Product(shape, 0, axis);
        Array result = first.IsFloat ? new float[total] : new long[total];
        int position = 0;
        for (int o = 0; o < outer; o++)
        {
            foreach (ImportValue value in parts)
            {
                Constant part = value.Constant!;
                int run = part.Count / outer;
                Array.Copy(part.IsFloat ? part.Floats! : part.Integers!, o * run, result, position, run);
                position += run;
            }
        }

        return result is float[] floats ? new Constant(shape, floats) : new Constant(shape, (long[])result);
    }
}
