using Assay.Models.Graph;

namespace Assay.Models.Quantization;

/// <summary>Bounds of every value of a graph that hold whatever the inputs are.</summary>
internal sealed class CertainBounds
{
    private static readonly (double Lo, double Hi) Unknown = (double.NegativeInfinity, double.PositiveInfinity);

    private readonly Dictionary<FloatNode, (double Lo, double Hi)> _bounds = [];

    public CertainBounds(FloatGraph graph)
    {
        foreach (FloatNode node in graph.Nodes)
        {
            _bounds.Add(node, Compute(node));
        }
    }

    public (double Lo, double Hi) Of(FloatNode node) => _bounds[node];

    private (double Lo, double Hi) Compute(FloatNode node)
    {
        switch (node)
        {
            case ClampNode clamp:
                return Clamp(Of(clamp.X), clamp.Lo, clamp.Hi);
            case GridNode grid:
                return Clamp(Of(grid.X), grid.Step * grid.Lo, grid.Step * grid.Hi);
            case FunctionNode function:
                return FunctionBounds.Of(function.Function, Of(function.X));
            case SoftmaxNode:
                return (0, 1);
            case MaxPoolNode or ReshapeNode or TransposeNode or SliceNode or GatherNode or ReduceNode { Reduction: Reduction.Max or Reduction.Mean }
                or TopKNode { Indices: false }:
                return Of(node.Operands[0]);
            case AveragePoolNode pool:
                return pool.CountPadding ? Union(Of(pool.X), (0, 0)) : Of(pool.X);
            case PadNode pad:
                return Union(Of(pad.X), (0, 0));
            case ConstantPadNode pad:
                return Union(Of(pad.X), (pad.Value, pad.Value));
            case ReduceNode { Reduction: Reduction.EuclideanLength }:
                return (0, double.PositiveInfinity);
            case NormalizeNode normalize:
                double most = Math.Sqrt(normalize.Shape[^1]);
                return (-most, most);
            case TopKNode topK:
                return (0, topK.X.Shape[^1] - 1);
            case EmbeddingNode embedding:
                return Extremes(embedding.Table);
            case ConstantNode constant:
                return Extremes(constant.Values);
            case MulNode mul when mul.A == mul.B:
                return (0, double.PositiveInfinity);
            case ExtremumNode extremum:
                (double Lo, double Hi) a = Of(extremum.A);
                (double Lo, double Hi) b = Of(extremum.B);
                return extremum.Minimum
                    ? (Math.Min(a.Lo, b.Lo), Math.Min(a.Hi, b.Hi))
                    : (Math.Max(a.Lo, b.Lo), Math.Max(a.Hi, b.Hi));
            case SelectNode select:
                return Union(Of(select.A), Of(select.B));
            case ConcatNode concat:
                return concat.Operands.Select(Of).Aggregate(Union);
            default:
                return Unknown;
        }
    }

    private static (double Lo, double Hi) Clamp((double Lo, double Hi) x, double lo, double hi) => (Math.Clamp(x.Lo, lo, hi), Math.Clamp(x.Hi, lo, hi));

    private static (double Lo, double Hi) Union((double Lo, double Hi) a, (double Lo, double Hi) b) => (Math.Min(a.Lo, b.Lo), Math.Max(a.Hi, b.Hi));

    private static (double Lo, double Hi) Extremes(float[] values)
    {
        (double lo, double hi) = (values[0], values[0]);
        foreach (float value in values)
        {
            (lo, hi) = (Math.Min(lo, value), Math.Max(hi, value));
        }

        return (lo, hi);
    }
}
