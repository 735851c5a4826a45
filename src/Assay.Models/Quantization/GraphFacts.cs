using Assay.Models.Graph;

namespace Assay.Models.Quantization;

/// <summary>What the emitter asks of a graph again and again; it doesn't depend on widths.</summary>
internal sealed class GraphFacts
{
    private readonly Dictionary<FloatNode, List<FloatNode>> _users;
    private readonly HashSet<FloatNode> _outputs;

    public GraphFacts(FloatGraph graph)
    {
        Graph = graph;
        Bounds = new CertainBounds(graph);
        _users = graph.Nodes.ToDictionary(n => n, _ => new List<FloatNode>());
        _outputs = [.. graph.Outputs.Select(o => o.Node)];
        foreach (FloatNode node in graph.Nodes)
        {
            foreach (FloatNode operand in node.Operands)
            {
                _users[operand].Add(node);
            }
        }
    }

    public FloatGraph Graph { get; }

    public CertainBounds Bounds { get; }

    /// <summary>The nodes that read a value, once for each operand that it is.</summary>
    public IReadOnlyList<FloatNode> Users(FloatNode node) => _users[node];

    public bool IsOutput(FloatNode node) => _outputs.Contains(node);

    /// <summary>The only reader of a value that is no output; else null.</summary>
    public FloatNode? SoleUser(FloatNode node) => _users[node] is [FloatNode user] && !IsOutput(node) ? user : null;

    /// <summary>A scale and offset that the input's conversion to integers does for free.</summary>
    public bool IsBoundary(AffineNode node) =>
        node.X is InputNode && SoleUser(node.X) is not null && !node.Scale.AsSpan().Contains(0f);

    /// <summary>A positive factor for all elements: the same integers, under another scale.</summary>
    public static bool IsPureScale(AffineNode node) => node is { Axis: -1, Scale: [> 0f], Offset: [0f] };

    /// <summary>The same integers with the other sign, under another scale.</summary>
    public static bool IsNegation(AffineNode node) => node is { Axis: -1, Scale: [< 0f], Offset: [0f] };

    /// <summary>Whether a layer's widths can be chosen: it makes a scale of its own.</summary>
    public bool HasWidth(FloatNode node) => node switch
    {
        AffineNode affine => !IsBoundary(affine) && !IsPureScale(affine) && !IsNegation(affine),
        FunctionNode function => !FunctionBounds.IsWhole(function.Function),
        ReduceNode reduce => reduce.Reduction != Reduction.Max,
        InputNode or LinearNode or ConvNode or AddNode or MulNode or MatMulNode or DivideNode or AveragePoolNode or NormalizeNode
            or SoftmaxNode or EmbeddingNode or ConstantNode => true,
        _ => false,
    };

    /// <summary>Whether a node hands on its first operand's integers under the same scale.</summary>
    public static bool KeepsScale(FloatNode node) =>
        node is ClampNode or MaxPoolNode or ReshapeNode or TransposeNode or SliceNode or GatherNode or PadNode or ConstantPadNode
            or ReduceNode { Reduction: Reduction.Max } or TopKNode { Indices: false };

    /// <summary>Whether a node's operands (but a condition) must have its own scale.</summary>
    public static bool JoinsScales(FloatNode node) => node is ConcatNode or ExtremumNode or SelectNode;

    /// <summary>The operands of a node that joins scales that share its scale.</summary>
    public static ReadOnlySpan<FloatNode> Joined(FloatNode node) => node is SelectNode ? node.Operands.AsSpan()[1..] : node.Operands.AsSpan();
}
