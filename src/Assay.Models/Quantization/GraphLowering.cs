using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;
using static Assay.Programs.ScalarFunction;

namespace Assay.Models.Quantization;

/// <summary>
/// Rewrites what integers of 16 bits would lose. The length of two numbers, written as the root of a sum of squares (the
/// magnitude of a spectrum), becomes one operation: a square has twice the digits, and its root would lose the small ones.
/// </summary>
internal static class GraphLowering
{
    private const int MaxAxes = 7;

    public static FloatGraph Lower(FloatGraph graph)
    {
        Dictionary<FloatNode, FloatNode> renewed = [];
        foreach (FloatNode node in graph.Nodes)
        {
            ImmutableArray<FloatNode> operands = [.. node.Operands.Select(o => renewed[o])];
            FloatNode same = operands.SequenceEqual(node.Operands) ? node : node.With(operands);
            renewed.Add(node, Length(same) ?? same);
        }

        return FloatGraph.Build(graph.Inputs, [.. graph.Outputs.Select(o => o with { Node = renewed[o.Node] })]);
    }

    private static ReshapeNode? Length(FloatNode node)
    {
        if (node is not FunctionNode { X: AddNode { Subtract: false } sum } root
            || !IsRoot(root.Function)
            || Squared(sum.A) is not { } a
            || Squared(sum.B) is not { } b
            || !a.Shape.AsSpan().SequenceEqual(b.Shape.AsSpan())
            || a.Shape.Length > MaxAxes)
        {
            return null;
        }

        ConcatNode pair = new(node.Name, node.OnnxOperator, [Stacked(a), Stacked(b)], 0);
        ReduceNode length = new(node.Name, node.OnnxOperator, pair, 0, Reduction.EuclideanLength);
        return new ReshapeNode(node.Name, node.OnnxOperator, length, node.Shape);

        ReshapeNode Stacked(FloatNode x) => new(node.Name, node.OnnxOperator, x, [1, .. x.Shape]);
    }

    private static FloatNode? Squared(FloatNode node) => node switch
    {
        MulNode mul when mul.A == mul.B => mul.A,
        FunctionNode function when IsSquare(function.Function) => function.X,
        _ => null,
    };

    private static bool IsRoot(ScalarFunction function) =>
        function is Unary { Function: UnaryFunction.Sqrt, A: Argument } or Binary { Function: BinaryFunction.Power, A: Argument, B: Number { Value: 0.5 } };

    private static bool IsSquare(ScalarFunction function) =>
        function is Binary { Function: BinaryFunction.Power, A: Argument, B: Number { Value: 2 } } or Binary { Function: BinaryFunction.Multiply, A: Argument, B: Argument };
}
