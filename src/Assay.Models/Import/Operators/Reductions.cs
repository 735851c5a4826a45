using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Import.Operators;

/// <summary>
/// Reductions over any axes (all, if none are named), which stay with length 1 unless keepdims is 0. The axes are an
/// attribute before version 18 (ReduceSum: 13), an operand since.
/// </summary>
internal static class Reductions
{
    private static readonly ScalarFunction Square = ScalarFunction.X * ScalarFunction.X;

    /// <summary>The sum.</summary>
    public static ImportValue? Sum(NodeContext node) => Over(node, 13, (x, axes) => Each(node, x, axes, Reduction.Sum));

    /// <summary>The mean.</summary>
    public static ImportValue? Mean(NodeContext node) => Over(node, 18, (x, axes) => Each(node, x, axes, Reduction.Mean));

    /// <summary>The largest.</summary>
    public static ImportValue? Max(NodeContext node) => Over(node, 18, (x, axes) => Each(node, x, axes, Reduction.Max));

    /// <summary>The smallest.</summary>
    public static ImportValue? Min(NodeContext node) =>
        Over(node, 18, (x, axes) => node.Affine(Each(node, node.Affine(x, -1, 0), axes, Reduction.Max), -1, 0));

    /// <summary>The sum of magnitudes.</summary>
    public static ImportValue? L1(NodeContext node) =>
        Over(node, 18, (x, axes) => Each(node, node.Function(x, ElementWise.Of(UnaryFunction.Abs)), axes, Reduction.Sum));

    /// <summary>The square root of the sum of squares.</summary>
    public static ImportValue? L2(NodeContext node) => Over(node, 18, (x, axes) => Each(node, x, axes, Reduction.EuclideanLength));

    /// <summary>The sum of squares.</summary>
    public static ImportValue? SumSquare(NodeContext node) =>
        Over(node, 18, (x, axes) => Each(node, node.Function(x, Square), axes, Reduction.Sum));

    /// <summary>The logarithm of the sum.</summary>
    public static ImportValue? LogSum(NodeContext node) =>
        Over(node, 18, (x, axes) => node.Function(Each(node, x, axes, Reduction.Sum), ElementWise.Of(UnaryFunction.Log)));

    /// <summary>The logarithm of the sum of e^x.</summary>
    public static ImportValue? LogSumExp(NodeContext node) => Over(node, 18, (x, axes) =>
    {
        FloatNode max = Each(node, x, axes, Reduction.Max);
        FloatNode sum = Each(node, node.Function(node.Subtract(x, max), ElementWise.Of(UnaryFunction.Exp)), axes, Reduction.Sum);
        return node.Add(node.Function(sum, ElementWise.Of(UnaryFunction.Log)), max);
    });

    /// <summary>One reduction over several axes: axes that are next to each other are one.</summary>
    public static FloatNode Each(NodeContext node, FloatNode x, ImmutableArray<int> axes, Reduction reduction)
    {
        FloatNode result = x;
        for (int i = axes.Length - 1; i >= 0 && !node.Failed; i--)
        {
            int end = axes[i] + 1;
            while (i > 0 && axes[i - 1] == axes[i] - 1)
            {
                i--;
            }

            ImmutableArray<int> shape = result.Shape;
            ImmutableArray<int> before = shape[..axes[i]];
            FloatNode joined = node.Reshape(result, [.. before, Shapes.Product(shape, axes[i], end), .. shape[end..]]);
            result = node.Reshape(
                node.Reduce(joined, before.Length, reduction), [.. before, .. NodeContext.Filled(end - before.Length, 1), .. shape[end..]]);
        }

        return result;
    }

    private static ImportValue? Over(NodeContext node, int operandSince, Func<FloatNode, ImmutableArray<int>, FloatNode> reduce)
    {
        if (!node.Arity(1, node.Version >= operandSince ? 2 : 1) || node.Computed(0) is not { } x)
        {
            return null;
        }

        long[]? given = node.Version >= operandSince ? node.KnownIntegers(1, "axes", required: false) : node.Integers("axes");
        bool keeps = node.Integer("keepdims", 1) != 0;
        bool noop = node.Integer("noop_with_empty_axes", 0) != 0;
        if (given is null or [] && noop)
        {
            return node.Failed ? null : x;
        }

        int rank = x.Item.Length + node.Offset;
        SortedSet<int> axes = [];
        foreach (long axis in given is null or [] ? Enumerable.Range(0, rank).Select(a => (long)a) : given)
        {
            axes.Add(node.ItemAxis(axis, x));
        }

        if (node.Failed)
        {
            return null;
        }

        FloatNode made = axes.Count == 0 ? x.Node! : reduce(x.Node!, [.. axes]);
        ImmutableArray<int> item = keeps
            ? [.. x.Item.Select((length, axis) => axes.Contains(axis) ? 1 : length)]
            : [.. x.Item.Where((_, axis) => !axes.Contains(axis))];
        return node.Value(made, item, x.Kind);
    }
}
