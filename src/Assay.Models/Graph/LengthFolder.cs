using Assay.Models.Float;
using Assay.Programs;

namespace Assay.Models.Graph;

/// <summary>
/// Recognises lengths that were exported as simple operators: the root of a sum of squares of several values (the magnitude of a
/// spectrum) or over an axis. As one operation nothing between is rounded: a square needs twice its operand's bits.
/// </summary>
internal static class LengthFolder
{
    private const int MaxParts = 16;
    private static readonly double[] Samples = [-300, -3, -0.5, 0, 0.75, 2, 40];

    /// <summary>The length in place of the node; null if it isn't one.</summary>
    public static FloatNode? Rewrite(FloatNode node) =>
        node is not FunctionNode { Function: { } root, X: AddNode or ReduceNode { Reduction: Reduction.Sum } } || !Is(root, Math.Sqrt, from: 0) ? null
        : node.Operands[0] is ReduceNode reduce ? OverAxis(node, reduce)
        : Parts(node.Operands[0]) is { } parts ? OfParts(node, parts)
        : null;

    private static ReduceNode? OverAxis(FloatNode node, ReduceNode reduce) => reduce.X switch
    {
        ReshapeNode reshape when Squared(reshape.X) is { } x => Length(node, reshape.With([x]), reduce.Axis),
        FloatNode squared when Squared(squared) is { } x => Length(node, x, reduce.Axis),
        _ => null,
    };

    /// <summary>What is squared in each part of a sum; null unless all are squares of one shape.</summary>
    private static List<FloatNode>? Parts(FloatNode sum)
    {
        Stack<FloatNode> open = new([sum]);
        List<FloatNode> parts = [];
        while (open.TryPop(out FloatNode? next))
        {
            if (next is AddNode { Subtract: false } add)
            {
                open.Push(add.B);
                open.Push(add.A);
            }
            else if (Squared(next) is { } x && Shapes.Same(x.Shape, sum.Shape) && parts.Count < MaxParts)
            {
                parts.Add(x);
            }
            else
            {
                return null;
            }
        }

        return parts;
    }

    private static ReshapeNode OfParts(FloatNode node, List<FloatNode> parts)
    {
        // Equal shares of one value need no copy: it is a reshape of that value. The order doesn't change a sum.
        (FloatNode joined, int axis) = Whole(node, parts) ?? (Concat(node, parts), 0);
        return new ReshapeNode(node.Name, node.OnnxOperator, Length(node, joined, axis), node.Shape);
    }

    private static (FloatNode Joined, int Axis)? Whole(FloatNode node, List<FloatNode> parts)
    {
        if (parts[0] is not SliceNode { X: { } source } first || source.Count != parts.Count * first.Count)
        {
            return null;
        }

        int axis = Enumerable.Range(0, first.Shape.Length).FirstOrDefault(a => source.Shape[a] != first.Shape[a], -1);
        if (axis < 0 || source.Shape[axis] != parts.Count * first.Shape[axis])
        {
            return null;
        }

        HashSet<int> starts = [];
        foreach (FloatNode part in parts)
        {
            bool share = part is SliceNode slice && ReferenceEquals(slice.X, source) && slice.Steps[axis] == 1
                && slice.Starts[axis] % slice.Shape[axis] == 0 && starts.Add(slice.Starts[axis])
                && Enumerable.Range(0, slice.Shape.Length).All(a => a == axis || (slice.Starts[a] == 0 && (slice.Steps[a] == 1 || slice.Shape[a] == 1)));
            if (!share)
            {
                return null;
            }
        }

        int before = Shapes.Product(source.Shape, 0, axis);
        return (new ReshapeNode(node.Name, node.OnnxOperator, source, [before, parts.Count, source.Count / before / parts.Count]), 1);
    }

    private static ConcatNode Concat(FloatNode node, List<FloatNode> parts) => new(
        node.Name, node.OnnxOperator, [.. parts.Select(p => new ReshapeNode(p.Name, p.OnnxOperator, p, [1, p.Count]))], axis: 0);

    private static ReduceNode Length(FloatNode node, FloatNode x, int axis) => new(node.Name, node.OnnxOperator, x, axis, Reduction.EuclideanLength);

    private static FloatNode? Squared(FloatNode node) => node switch
    {
        FunctionNode function when Is(function.Function, static x => x * x, from: double.NegativeInfinity) => function.X,
        MulNode mul when ReferenceEquals(mul.A, mul.B) => mul.A,
        _ => null,
    };

    /// <summary>Functions are compared by what they compute, not by how they are written.</summary>
    private static bool Is(ScalarFunction function, Func<double, double> expected, double from)
    {
        Func<double, double> compiled = ScalarFunctions.Compile(function);
        return Array.TrueForAll(Samples, x => x < from || Math.Abs(compiled(x) - expected(x)) <= 1e-9 * Math.Max(1, expected(x)));
    }
}
