using Assay.Models.Graph;

namespace Assay.Models.Float;

/// <summary>
/// Plain evaluation of a <see cref="FloatGraph"/>, one item at a time: sums in double in a fixed order, one rounding to
/// float per element. It is the reference that fidelity is measured against, and what calibration observes; its results
/// are the same on every machine. Not thread-safe: one instance for each thread.
/// </summary>
internal sealed partial class FloatInterpreter
{
    private readonly FloatGraph _graph;
    private readonly Dictionary<FloatNode, int> _index = [];
    private readonly float[][] _values;
    private readonly Dictionary<FloatNode, Func<double, double>> _functions = [];

    public FloatInterpreter(FloatGraph graph)
    {
        _graph = graph;
        _values = new float[graph.Nodes.Length][];
        for (int i = 0; i < _values.Length; i++)
        {
            FloatNode node = graph.Nodes[i];
            _index.Add(node, i);
            if (node is FunctionNode function)
            {
                _functions.Add(node, ScalarFunctions.Compile(function.Function));
            }

            _values[i] = node switch
            {
                ReshapeNode reshape => _values[_index[reshape.X]],
                ConstantNode constant => constant.Values,
                _ => new float[node.Count],
            };
        }
    }

    /// <summary>Evaluates one item.</summary>
    /// <param name="inputs">One array per input, in the graph's order.</param>
    public void Run(ReadOnlySpan<ReadOnlyMemory<float>> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i].Span.CopyTo(_values[i]);
        }

        for (int i = inputs.Length; i < _values.Length; i++)
        {
            Evaluate(_graph.Nodes[i], _values[i]);
        }
    }

    /// <summary>A node's elements in the item that was evaluated last.</summary>
    public ReadOnlySpan<float> Value(FloatNode node) => _values[_index[node]];

    private float[] Operand(FloatNode node) => _values[_index[node]];

    private void Evaluate(FloatNode node, float[] y)
    {
        switch (node)
        {
            case LinearNode linear:
                Linear(linear, Operand(linear.X), y);
                break;
            case ConvNode conv:
                Conv(conv, Operand(conv.X), y);
                break;
            case AffineNode affine:
                Affine(affine, Operand(affine.X), y);
                break;
            case ClampNode clamp:
                Clamp(clamp, Operand(clamp.X), y);
                break;
            case FunctionNode function:
                Function(node, Operand(function.X), y);
                break;
            case MaxPoolNode pool:
                MaxPool(pool, Operand(pool.X), y);
                break;
            case AveragePoolNode pool:
                AveragePool(pool, Operand(pool.X), y);
                break;
            case GridNode grid:
                Grid(grid, Operand(grid.X), y);
                break;
            case SelectNode select:
                Select(select, Operand(select.Condition), Operand(select.A), Operand(select.B), y);
                break;
            case BroadcastNode broadcast:
                Combine(broadcast, Operand(broadcast.Operands[0]), Operand(broadcast.Operands[1]), y);
                break;
            case MatMulNode product:
                MatMul(product, Operand(product.A), Operand(product.B), y);
                break;
            case SoftmaxNode softmax:
                Softmax(Operand(softmax.X), y, node.Shape[^1]);
                break;
            case PadNode pad:
                Pad(pad, Operand(pad.X), y);
                break;
            case ReduceNode reduce:
                Reduce(reduce, Operand(reduce.X), y);
                break;
            case NormalizeNode normalize:
                Normalize(normalize, Operand(normalize.X), y);
                break;
            case TopKNode top:
                TopK(top, Operand(top.X), y);
                break;
            case EmbeddingNode embedding:
                Embed(embedding, Operand(embedding.X), y);
                break;
            case TransposeNode or SliceNode:
                Move(node, Operand(node.Operands[0]), y);
                break;
            case GatherNode gather:
                Gather(gather, Operand(gather.X), y);
                break;
            case ConcatNode concat:
                Concat(concat, y);
                break;
            case ConstantPadNode pad:
                Pad(pad, Operand(pad.X), y);
                break;
            case ReshapeNode or ConstantNode:
                break;
            default:
                throw new InvalidOperationException($"No evaluation for {node.GetType().Name}.");
        }
    }

    private static void Linear(LinearNode node, float[] x, float[] y)
    {
        (int n, int k) = (node.OutputSize, node.InputSize);
        for (int i = 0; i < y.Length; i++)
        {
            int channel = i % n;
            y[i] = (float)(node.Bias[channel] + PortableMath.Dot(node.Weights.AsSpan(channel * k, k), x.AsSpan(i / n * k, k)));
        }
    }

    private static void Affine(AffineNode node, float[] x, float[] y)
    {
        int inner = node.Axis < 0 ? y.Length : Shapes.Product(node.Shape, node.Axis + 1, node.Shape.Length);
        for (int i = 0; i < y.Length; i++)
        {
            int c = i / inner % node.Scale.Length;
            y[i] = (float)((double)x[i] * node.Scale[c] + node.Offset[c]);
        }
    }

    private static void Clamp(ClampNode node, float[] x, float[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Math.Min(Math.Max(x[i], node.Lo), node.Hi);
        }
    }

    private void Function(FloatNode node, float[] x, float[] y)
    {
        Func<double, double> function = _functions[node];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = (float)function(x[i]);
        }
    }

    private static void Grid(GridNode node, float[] x, float[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = (float)(Math.Clamp(Math.Round(x[i] / node.Step, MidpointRounding.ToEven), node.Lo, node.Hi) * node.Step);
        }
    }

    private static void Softmax(float[] x, float[] y, int length)
    {
        double[] exponentials = new double[length];
        for (int row = 0; row < y.Length; row += length)
        {
            float max = float.NegativeInfinity;
            for (int i = 0; i < length; i++)
            {
                max = Math.Max(max, x[row + i]);
            }

            double sum = 0;
            for (int i = 0; i < length; i++)
            {
                exponentials[i] = PortableMath.Exp((double)x[row + i] - max);
                sum += exponentials[i];
            }

            for (int i = 0; i < length; i++)
            {
                y[row + i] = (float)(exponentials[i] / sum);
            }
        }
    }
}
