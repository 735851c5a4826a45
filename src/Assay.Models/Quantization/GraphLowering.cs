using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Quantization;

/// <summary>Replaces the scales, offsets and pads that no neighbour could take by depthwise 1x1 convolutions.</summary>
internal static class GraphLowering
{
    public static FloatGraph Lower(FloatGraph graph)
    {
        Dictionary<FloatNode, int> uses = graph.CountUses();
        Dictionary<FloatNode, FloatNode> renewed = [];
        foreach (FloatNode node in graph.Nodes)
        {
            ImmutableArray<FloatNode> operands = [.. node.Operands.Select(o => renewed[o])];
            FloatNode same = operands.SequenceEqual(node.Operands) ? node : node.With(operands);
            renewed.Add(node, same switch
            {
                AffineNode affine when !IsBoundary(affine, uses[node.Operands[0]]) && !IsPureScale(affine) => Depthwise(affine),
                PadNode pad => Depthwise(pad),
                _ => same,
            });
        }

        return FloatGraph.Build(graph.Inputs, [.. graph.Outputs.Select(o => o with { Node = renewed[o.Node] })]);
    }

    /// <summary>A scale and offset that the input's conversion to integers does for free.</summary>
    public static bool IsBoundary(AffineNode node, int usesOfOperand) =>
        node.X is InputNode && usesOfOperand == 1 && !node.Scale.AsSpan().Contains(0f);

    /// <summary>A positive factor for all elements: the same integers, under another scale.</summary>
    public static bool IsPureScale(AffineNode node) => node is { Axis: -1, Scale: [> 0f], Offset: [0f] };

    private static ConvNode Depthwise(PadNode node)
    {
        float[] ones = new float[node.Shape[0]];
        Array.Fill(ones, 1);
        Window window = node.Around(new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0));
        return new ConvNode(node.Name, node.OnnxOperator, node.X, ones.Length, ones, new float[ones.Length], window, ones.Length);
    }

    private static ReshapeNode Depthwise(AffineNode node)
    {
        int axis = node.Axis;
        int inner = axis < 0 ? node.Count : Shapes.Product(node.Shape, axis + 1, node.Shape.Length);
        int channels = node.Count / inner;
        float[] weights = new float[channels];
        float[] bias = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            weights[c] = node.Scale[c % node.Scale.Length];
            bias[c] = node.Offset[c % node.Scale.Length];
        }

        ReshapeNode planes = new(node.Name, node.OnnxOperator, node.X, [channels, 1, inner]);
        ConvNode conv = new(node.Name, node.OnnxOperator, planes, channels, weights, bias, new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0), channels);
        return new ReshapeNode(node.Name, node.OnnxOperator, conv, node.Shape);
    }
}
