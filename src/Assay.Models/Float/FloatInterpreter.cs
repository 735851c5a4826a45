using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Float;

/// <summary>
/// Plain evaluation of a <see cref="FloatGraph"/>, one item at a time: sums in double in a fixed order, one rounding to
/// float per element. It is the reference that fidelity is measured against, and what calibration observes; its results
/// are the same on every machine. Not thread-safe: one instance for each thread.
/// </summary>
internal sealed class FloatInterpreter
{
    private readonly FloatGraph _graph;
    private readonly Dictionary<FloatNode, int> _index = [];
    private readonly float[][] _values;
    private float[] _patch = [];

    public FloatInterpreter(FloatGraph graph)
    {
        _graph = graph;
        _values = new float[graph.Nodes.Length][];
        for (int i = 0; i < _values.Length; i++)
        {
            FloatNode node = graph.Nodes[i];
            _index.Add(node, i);
            _values[i] = node is ReshapeNode reshape ? _values[_index[reshape.X]] : new float[node.Count];
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
                Function(function, Operand(function.X), y);
                break;
            case MaxPoolNode pool:
                MaxPool(pool, Operand(pool.X), y);
                break;
            case AveragePoolNode pool:
                AveragePool(pool, Operand(pool.X), y);
                break;
            case AddNode add:
                Add(add, Operand(add.A), Operand(add.B), y);
                break;
            case SoftmaxNode softmax:
                Softmax(Operand(softmax.X), y, node.Shape[^1]);
                break;
            case PadNode pad:
                Pad(pad, Operand(pad.X), y);
                break;
            case ReshapeNode:
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

    /// <summary>For each position the operand's elements under the kernel, once; then one dot product for each channel.</summary>
    private void Conv(ConvNode node, float[] x, float[] y)
    {
        Window window = node.Window;
        int k = node.GroupInputs * window.KernelY * window.KernelX;
        int perGroup = node.Channels / node.Groups;
        int plane = node.Shape[1] * node.Shape[2];
        if (_patch.Length < k)
        {
            _patch = new float[k];
        }

        ReadOnlySpan<float> patch = _patch.AsSpan(0, k);
        for (int position = 0; position < plane; position++)
        {
            int top = position / node.Shape[2] * window.StrideY - window.Top;
            int left = position % node.Shape[2] * window.StrideX - window.Left;
            for (int group = 0; group < node.Groups; group++)
            {
                Gather(node, x, group * node.GroupInputs, top, left);
                for (int m = group * perGroup; m < (group + 1) * perGroup; m++)
                {
                    y[m * plane + position] = (float)(node.Bias[m] + PortableMath.Dot(node.Weights.AsSpan(m * k, k), patch));
                }
            }
        }
    }

    private void Gather(ConvNode node, float[] x, int firstChannel, int top, int left)
    {
        Window window = node.Window;
        (int height, int width) = (node.X.Shape[1], node.X.Shape[2]);
        int next = 0;
        for (int c = firstChannel; c < firstChannel + node.GroupInputs; c++)
        {
            for (int ky = 0; ky < window.KernelY; ky++)
            {
                int iy = top + ky * window.DilationY;
                int row = (c * height + iy) * width;
                for (int kx = 0; kx < window.KernelX; kx++)
                {
                    int ix = left + kx * window.DilationX;
                    _patch[next++] = (uint)iy < (uint)height && (uint)ix < (uint)width ? x[row + ix] : 0;
                }
            }
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

    private static void Function(FunctionNode node, float[] x, float[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = (float)(node.Function == ScalarFunction.Sigmoid ? PortableMath.Sigmoid(x[i]) : PortableMath.Tanh(x[i]));
        }
    }

    private static void Add(AddNode node, float[] a, float[] b, float[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = node.Subtract ? a[i] - b[i] : a[i] + b[i];
        }
    }

    private static void Pad(PadNode node, float[] x, float[] y)
    {
        (int height, int width) = (node.X.Shape[1], node.X.Shape[2]);
        for (int row = 0; row < node.Shape[0] * height; row++)
        {
            int to = (row / height * node.Shape[1] + row % height + node.Top) * node.Shape[2] + node.Left;
            x.AsSpan(row * width, width).CopyTo(y.AsSpan(to));
        }
    }

    private static void MaxPool(MaxPoolNode node, float[] x, float[] y)
    {
        Windows windows = new(node.Window, node.X.Shape, node.Shape);
        for (int i = 0; i < y.Length; i++)
        {
            (int plane, int top, int bottom, int left, int right) = windows.At(i);
            float max = float.NegativeInfinity;
            for (int iy = top; iy < bottom; iy++)
            {
                for (int ix = left; ix < right; ix++)
                {
                    max = Math.Max(max, x[plane + iy * windows.Width + ix]);
                }
            }

            y[i] = max;
        }
    }

    private static void AveragePool(AveragePoolNode node, float[] x, float[] y)
    {
        Windows windows = new(node.Window, node.X.Shape, node.Shape);
        int area = node.Window.KernelY * node.Window.KernelX;
        for (int i = 0; i < y.Length; i++)
        {
            (int plane, int top, int bottom, int left, int right) = windows.At(i);
            double sum = 0;
            for (int iy = top; iy < bottom; iy++)
            {
                for (int ix = left; ix < right; ix++)
                {
                    sum += x[plane + iy * windows.Width + ix];
                }
            }

            y[i] = (float)(sum / (node.CountPadding ? area : (bottom - top) * (right - left)));
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

    /// <summary>The real positions of each window of a pool.</summary>
    private readonly struct Windows(Window window, ImmutableArray<int> from, ImmutableArray<int> to)
    {
        private readonly int _height = from[1];
        private readonly int _rows = to[1];
        private readonly int _columns = to[2];

        public int Width { get; } = from[2];

        public (int Plane, int Top, int Bottom, int Left, int Right) At(int element)
        {
            int top = element / _columns % _rows * window.StrideY - window.Top;
            int left = element % _columns * window.StrideX - window.Left;
            int plane = element / (_rows * _columns) * _height * Width;
            return (plane, Math.Max(0, top), Math.Min(_height, top + window.KernelY), Math.Max(0, left), Math.Min(Width, left + window.KernelX));
        }
    }
}
