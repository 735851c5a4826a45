using System.Collections.Immutable;

namespace Assay.Models.Graph;

/// <summary>
/// Rewrites a graph until nothing changes: scales and offsets (BatchNormalization, arithmetic with constants) go into
/// the linear layer before or after them, bounds go next to the layer that can clamp for free, reshapes merge, and
/// element-wise nodes on one value become one function, and roots of sums of squares one length.
/// </summary>
internal static class GraphFolder
{
    private const int MaxExpandedChannels = 1 << 20;

    public static FloatGraph Fold(FloatGraph graph)
    {
        // A long chain of factors behind a large layer would rewrite it as often; what the budget doesn't cover stays.
        long budget = (1 << 22) + 8 * graph.Nodes.Sum(Weight);

        // Each round carries a rewrite one node further at least; chains longer than this stay as they are.
        for (int round = 0; round < 64; round++)
        {
            Dictionary<FloatNode, int> uses = graph.CountUses();
            Dictionary<FloatNode, FloatNode> renewed = [];
            bool changed = false;
            foreach (FloatNode node in graph.Nodes)
            {
                ImmutableArray<FloatNode> operands = [.. node.Operands.Select(o => renewed[o])];
                FloatNode same = operands.SequenceEqual(node.Operands) ? node : node.With(operands);

                // A node that others use too must stay; rewriting would compute it twice.
                FloatNode result = budget > 0 ? Rewrite(same, node.Operands.All(o => uses[o] == 1)) : same;
                changed |= !ReferenceEquals(result, same);
                budget -= ReferenceEquals(result, same) ? 0 : Weight(result);
                renewed.Add(node, result);
            }

            graph = FloatGraph.Build(graph.Inputs, [.. graph.Outputs.Select(o => o with { Node = renewed[o.Node] })]);
            if (!changed)
            {
                break;
            }
        }

        return graph;
    }

    private static long Weight(FloatNode node) => node switch
    {
        LinearNode linear => linear.Weights.Length,
        ConvNode conv => conv.Weights.Length,
        AffineNode affine => affine.Scale.Length,
        _ => 1,
    };

    private static FloatNode Rewrite(FloatNode node, bool sole) => LengthFolder.Rewrite(node) ?? FunctionFolder.Rewrite(node, sole) ?? NormalizationFolder.Rewrite(node) ?? node switch
    {
        ReshapeNode reshape => Rewrite(reshape),
        AffineNode affine => Rewrite(affine, sole),
        LinearNode linear => Rewrite(linear),
        ConvNode conv => Rewrite(conv),
        ClampNode clamp => Rewrite(clamp, sole),
        AveragePoolNode pool => Rewrite(pool),
        _ => node,
    };

    private static FloatNode Rewrite(ReshapeNode node) =>
        Shapes.Same(node.Shape, node.X.Shape) ? node.X
        : node.X is ReshapeNode inner ? new ReshapeNode(node.Name, node.OnnxOperator, inner.X, node.Shape)
        : node;

    private static FloatNode Rewrite(ClampNode node, bool sole)
    {
        if (float.IsNegativeInfinity(node.Lo) && float.IsPositiveInfinity(node.Hi))
        {
            return node.X;
        }

        if (!sole)
        {
            return node;
        }

        switch (node.X)
        {
            case ClampNode inner:
                float lo = Math.Clamp(inner.Lo, node.Lo, node.Hi);
                float hi = Math.Clamp(inner.Hi, node.Lo, node.Hi);
                return lo < hi ? new ClampNode(inner.Name, inner.OnnxOperator, inner.X, lo, hi) : node;
            case MaxPoolNode or ReshapeNode:
                // Bounds and maxima commute; before the pool they can join the layer that produced the value.
                return node.X.With([new ClampNode(node.Name, node.OnnxOperator, node.X.Operands[0], node.Lo, node.Hi)]);
            default:
                return node;
        }
    }

    private static FloatNode Rewrite(AffineNode node, bool sole)
    {
        if (!sole)
        {
            return node;
        }

        switch (node.X)
        {
            case AffineNode inner when inner.Axis == node.Axis || inner.Axis < 0 || node.Axis < 0:
                return Merge(inner, node);
            case LinearNode linear when node.Axis < 0 || node.Axis == node.Shape.Length - 1:
                return Finite(node, new LinearNode(
                    linear.Name, linear.OnnxOperator, linear.X, linear.OutputSize, ScaleRows(linear.Weights, node), ScaleBias(linear.Bias, node)));
            case ConvNode conv when node.Axis <= 0:
                return Finite(node, new ConvNode(
                    conv.Name, conv.OnnxOperator, conv.X, conv.Channels, ScaleRows(conv.Weights, node), ScaleBias(conv.Bias, node), conv.Window, conv.Groups));
            case ReshapeNode { X: LinearNode or ConvNode } reshape:
                int axis = node.Axis < 0 ? -1 : Shapes.MapAxis(node.Shape, node.Axis, reshape.X.Shape);
                bool joins = node.Axis < 0 || (reshape.X is ConvNode ? axis == 0 : axis >= 0 && axis == reshape.X.Shape.Length - 1);
                return joins ? reshape.With([new AffineNode(node.Name, node.OnnxOperator, reshape.X, axis, node.Scale, node.Offset)]) : node;
            default:
                return node;
        }
    }

    private static FloatNode Merge(AffineNode inner, AffineNode outer)
    {
        int channels = Math.Max(inner.Scale.Length, outer.Scale.Length);
        float[] scale = new float[channels];
        float[] offset = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            int i = inner.Scale.Length == 1 ? 0 : c;
            int o = outer.Scale.Length == 1 ? 0 : c;
            scale[c] = (float)((double)inner.Scale[i] * outer.Scale[o]);
            offset[c] = (float)((double)inner.Offset[i] * outer.Scale[o] + outer.Offset[o]);
        }

        return Finite(outer, new AffineNode(inner.Name, inner.OnnxOperator, inner.X, Math.Max(inner.Axis, outer.Axis), scale, offset));
    }

    private static FloatNode Rewrite(LinearNode node)
    {
        if (Behind(node.X) is not { } affine)
        {
            return node;
        }

        int k = node.InputSize;
        if (affine.Axis >= 0 && affine.Axis != affine.Shape.Length - 1)
        {
            return node;
        }

        float[] weights = new float[node.Weights.Length];
        float[] bias = new float[node.Bias.Length];
        for (int n = 0; n < bias.Length; n++)
        {
            double sum = node.Bias[n];
            for (int j = 0; j < k; j++)
            {
                int c = affine.Scale.Length == 1 ? 0 : j;
                weights[n * k + j] = (float)((double)node.Weights[n * k + j] * affine.Scale[c]);
                sum += (double)node.Weights[n * k + j] * affine.Offset[c];
            }

            bias[n] = (float)sum;
        }

        return Finite(node, new LinearNode(node.Name, node.OnnxOperator, affine.X, node.OutputSize, weights, bias));
    }

    /// <summary>Exporters write a padded average as a Pad and an average.</summary>
    private static AveragePoolNode Rewrite(AveragePoolNode node) =>
        node.X is PadNode pad && (node.CountPadding || !node.Window.IsPadded) && pad.Around(node.Window).PadsLessThanKernel
            ? new AveragePoolNode(node.Name, node.OnnxOperator, pad.X, pad.Around(node.Window), countPadding: true)
            : node;

    private static FloatNode Rewrite(ConvNode node)
    {
        if (node.X is PadNode pad)
        {
            return new ConvNode(node.Name, node.OnnxOperator, pad.X, node.Channels, node.Weights, node.Bias, pad.Around(node.Window), node.Groups);
        }

        // Padding reads 0 after the offset, not before it: an offset can only go in where nothing is padded.
        if (Behind(node.X) is not { } affine || affine.Axis > 0 || (node.Window.IsPadded && affine.Offset.AsSpan().ContainsAnyExcept(0f)))
        {
            return node;
        }

        int area = node.Window.KernelY * node.Window.KernelX;
        int perChannel = node.GroupInputs * area;
        int perGroup = node.Channels / node.Groups;
        float[] weights = new float[node.Weights.Length];
        float[] bias = new float[node.Bias.Length];
        for (int m = 0; m < bias.Length; m++)
        {
            double sum = node.Bias[m];
            for (int j = 0; j < perChannel; j++)
            {
                int c = affine.Scale.Length == 1 ? 0 : m / perGroup * node.GroupInputs + j / area;
                weights[m * perChannel + j] = (float)((double)node.Weights[m * perChannel + j] * affine.Scale[c]);
                sum += (double)node.Weights[m * perChannel + j] * affine.Offset[c];
            }

            bias[m] = (float)sum;
        }

        return Finite(node, new ConvNode(node.Name, node.OnnxOperator, affine.X, node.Channels, weights, bias, node.Window, node.Groups));
    }

    /// <summary>The scale and offset that produce a layer's operand, seen through a reshape; null if there are none.</summary>
    private static AffineNode? Behind(FloatNode x)
    {
        if (x is AffineNode direct)
        {
            return direct;
        }

        if (x is not ReshapeNode { X: AffineNode affine } reshape)
        {
            return null;
        }

        FloatNode plain = reshape.With([affine.X]);
        int axis = affine.Axis < 0 ? -1 : Shapes.MapAxis(affine.Shape, affine.Axis, reshape.Shape);
        if (affine.Axis < 0 || axis >= 0)
        {
            return new AffineNode(affine.Name, affine.OnnxOperator, plain, axis, affine.Scale, affine.Offset);
        }

        if (reshape.Shape.Length != 1 || reshape.Count > MaxExpandedChannels)
        {
            return null;
        }

        // Flattened: every element has its own scale and offset.
        int inner = Shapes.Product(affine.Shape, affine.Axis + 1, affine.Shape.Length);
        float[] scale = new float[affine.Count];
        float[] offset = new float[affine.Count];
        for (int i = 0; i < scale.Length; i++)
        {
            int c = i / inner % affine.Scale.Length;
            (scale[i], offset[i]) = (affine.Scale[c], affine.Offset[c]);
        }

        return new AffineNode(affine.Name, affine.OnnxOperator, plain, 0, scale, offset);
    }

    private static float[] ScaleRows(float[] weights, AffineNode node)
    {
        float[] scaled = new float[weights.Length];
        int channels = node.Axis < 0 ? 1 : node.Scale.Length;
        int perChannel = weights.Length / channels;
        for (int i = 0; i < scaled.Length; i++)
        {
            scaled[i] = (float)((double)weights[i] * node.Scale[i / perChannel]);
        }

        return scaled;
    }

    private static float[] ScaleBias(float[] bias, AffineNode node)
    {
        float[] scaled = new float[bias.Length];
        for (int i = 0; i < scaled.Length; i++)
        {
            int c = node.Axis < 0 ? 0 : i;
            scaled[i] = (float)((double)bias[i] * node.Scale[c] + node.Offset[c]);
        }

        return scaled;
    }

    /// <summary>The rewritten node, or the old one where folding would overflow floats.</summary>
    private static FloatNode Finite(FloatNode old, FloatNode rewritten)
    {
        (float[] a, float[] b) = rewritten switch
        {
            LinearNode linear => (linear.Weights, linear.Bias),
            ConvNode conv => (conv.Weights, conv.Bias),
            AffineNode affine => (affine.Scale, affine.Offset),
            _ => ([], []),
        };
        return Array.TrueForAll(a, float.IsFinite) && Array.TrueForAll(b, float.IsFinite) ? rewritten : old;
    }
}
