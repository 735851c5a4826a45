using System.Collections.Immutable;
using Assay.Programs;
using static Assay.Programs.ScalarFunction;

namespace Assay.Models.Graph;

/// <summary>
/// Makes one function of chains and small diamonds of element-wise nodes on one value: <c>x * sigmoid(x)</c>, a Gelu that was
/// exported as Div, Erf, Add and two Mul. A plain clamp or scale behind a layer stays: the layer takes it over for free.
/// </summary>
internal static class FunctionFolder
{
    // What a table takes; a longer chain is several tables.
    private const int MaxSize = TableBuilder.MaxNodes;
    private const int MaxChain = 16;

    /// <summary>The function in place of the node; null if there is none.</summary>
    /// <param name="node">The node.</param>
    /// <param name="sole">True if nothing else uses its operands.</param>
    public static FloatNode? Rewrite(FloatNode node, bool sole) => node switch
    {
        BroadcastNode => (FloatNode?)Diamond(node) ?? (sole ? Lift(node) : null),
        FunctionNode { X: ReshapeNode reshape } when sole => reshape.With([node.With([reshape.X])]),
        FunctionNode { X: FunctionNode or AffineNode { Axis: -1 } } when sole => Chain(node, node.Operands[0].Operands[0]),
        FunctionNode { X: ClampNode { X: not (LinearNode or ConvNode) } clamp } when sole => Chain(node, clamp.X),
        AffineNode { Axis: -1, X: FunctionNode inner } when sole => Chain(node, inner.X),
        ClampNode { X: FunctionNode inner } when sole => Chain(node, inner.X),
        _ => null,
    };

    /// <summary>What a node computes of another one from which it follows by element-wise nodes only; null if it doesn't.</summary>
    private static ScalarFunction? Express(FloatNode node, FloatNode root)
    {
        ScalarFunction? function = X;
        for (int i = 0; i <= MaxChain && function is not null; i++)
        {
            if (ReferenceEquals(node, root))
            {
                return function;
            }

            if (node is ConstantNode { Values: [float value, ..] } constant && Array.TrueForAll(constant.Values, v => v == value))
            {
                return function.After(value);
            }

            if (One(node) is not { } one)
            {
                return null;
            }

            function = function.After(one);
            function = function.Size <= MaxSize ? function : null;
            node = node.Operands[0];
        }

        return null;
    }

    private static FunctionNode? Diamond(FloatNode node)
    {
        FloatNode? root = Common(node.Operands);
        if (root is null || !Shapes.Same(root.Shape, node.Shape))
        {
            return null;
        }

        ScalarFunction?[] parts = [.. node.Operands.Select(o => Express(o, root))];
        if (parts.Contains(null))
        {
            return null;
        }

        (ScalarFunction a, ScalarFunction b) = (parts[0]!, parts[1]!);
        ScalarFunction function = node switch
        {
            AddNode { Subtract: true } => a - b,
            AddNode => a + b,
            MulNode => a * b,
            DivideNode => a / b,
            ExtremumNode extremum => ScalarFunction.Of(extremum.Minimum ? BinaryFunction.Min : BinaryFunction.Max, a, b),
            _ => new Choice(a, b, parts[2]!),
        };
        return function.Size <= MaxSize ? new FunctionNode(node.Name, node.OnnxOperator, root, function) : null;
    }

    private static FunctionNode? Chain(FloatNode node, FloatNode root) =>
        Express(node, root) is { } function ? new FunctionNode(node.Name, node.OnnxOperator, root, function) : null;

    /// <summary>The value that all operands follow from, seen from the first; constants follow from any.</summary>
    private static FloatNode? Common(ImmutableArray<FloatNode> operands)
    {
        FloatNode? first = operands.FirstOrDefault(o => o is not ConstantNode);
        if (first is null || operands.Count(o => o is not ConstantNode) < 2)
        {
            return null;
        }

        HashSet<FloatNode>[] chains = [.. operands.Where(o => o is not ConstantNode).Select(o => Up(o).ToHashSet())];
        return Up(first).FirstOrDefault(n => chains.All(c => c.Contains(n)));
    }

    private static IEnumerable<FloatNode> Up(FloatNode node)
    {
        yield return node;
        for (int i = 0; i < MaxChain && One(node) is not null; i++)
        {
            node = node.Operands[0];
            yield return node;
        }
    }

    /// <summary>A node's own function, if it has one for all elements.</summary>
    private static ScalarFunction? One(FloatNode node)
    {
        switch (node)
        {
            case FunctionNode function:
                return function.Function;
            case AffineNode { Scale: [float scale], Offset: [float offset] }:
                ScalarFunction scaled = scale == 1 ? X : X * scale;
                return offset == 0 ? scaled : scaled + offset;
            case ClampNode clamp:
                ScalarFunction low = float.IsNegativeInfinity(clamp.Lo) ? X : ScalarFunction.Of(BinaryFunction.Max, X, clamp.Lo);
                return float.IsPositiveInfinity(clamp.Hi) ? low : ScalarFunction.Of(BinaryFunction.Min, low, clamp.Hi);
            default:
                return null;
        }
    }

    /// <summary>Reshapes of all operands alike can wait until after the operation.</summary>
    private static ReshapeNode? Lift(FloatNode node)
    {
        if (node.Operands[0] is not ReshapeNode first || !Shapes.Same(first.Shape, node.Shape))
        {
            return null;
        }

        foreach (FloatNode operand in node.Operands)
        {
            if (operand is not ReshapeNode other || !Shapes.Same(other.X.Shape, first.X.Shape) || !Shapes.Same(other.Shape, first.Shape))
            {
                return null;
            }
        }

        return new ReshapeNode(first.Name, first.OnnxOperator, node.With([.. node.Operands.Select(o => o.Operands[0])]), node.Shape);
    }
}
