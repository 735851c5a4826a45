using System.Collections.Immutable;
using Assay.Models.Graph;

namespace Assay.Models.Float;

/// <content>Convolutions, pools and zeros around planes.</content>
internal sealed partial class FloatInterpreter
{
    private float[] _patch = [];

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
    }}
