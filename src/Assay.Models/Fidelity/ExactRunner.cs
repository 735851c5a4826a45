using System.Collections.Immutable;
using System.Numerics;
using Assay.Programs;

namespace Assay.Models.Fidelity;

/// <summary>
/// Runs exact programs faster than the reference interpreter, for the many items and trials of the search for widths.
/// Integer sums have no order, so vectors change nothing; tests hold it to the reference interpreter. One instance for
/// each thread; the weights are shared.
/// </summary>
internal sealed class ExactRunner
{
    private readonly ExactProgram _program;
    private readonly Layer?[] _layers;
    private readonly int[][] _values;
    private int[] _patch = [];

    /// <summary>Integers of a layer; with two limbs, High and Low of <see cref="AccumulatorRule.Split"/>, else Low alone.</summary>
    private sealed record Layer(int[]? High, int[] Low, int[] Bias, ImmutableArray<byte> Shifts);

    public ExactRunner(ExactModel model)
    {
        _program = model.Program;
        _layers = [.. _program.Operations.Select(o => o switch
        {
            LinearOperation op => Decode(model, op.Weights, op.Bias, op.Shifts, op.TwoLimbs),
            ConvOperation op => Decode(model, op.Weights, op.Bias, op.Shifts, op.TwoLimbs),
            _ => null,
        })];
        _values = Allocate();
    }

    private ExactRunner(ExactRunner other)
    {
        _program = other._program;
        _layers = other._layers;
        _values = Allocate();
    }

    /// <summary>Another instance for another thread.</summary>
    public ExactRunner Clone() => new(this);

    /// <summary>The integers of one of the program's values in the item that ran last.</summary>
    public ReadOnlySpan<int> Value(int value) => _values[value];

    public void Run(short[][] inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            for (int k = 0; k < inputs[i].Length; k++)
            {
                _values[i][k] = inputs[i][k];
            }
        }

        for (int i = 0; i < _layers.Length; i++)
        {
            Run(_program.Operations[i], _layers[i], _values[_program.Inputs.Length + i]);
        }
    }

    private int[][] Allocate() => [.. Enumerable.Range(0, _program.ValueCount).Select(v => new int[_program.TypeOf(v).Count])];

    private static Layer Decode(ExactModel model, int weights, int bias, ImmutableArray<byte> shifts, bool twoLimbs)
    {
        int[] low = model.Weights.Elements(weights);
        if (!twoLimbs)
        {
            return new Layer(null, low, model.Weights.Elements(bias), shifts);
        }

        int[] high = new int[low.Length];
        for (int i = 0; i < low.Length; i++)
        {
            (high[i], low[i]) = AccumulatorRule.Split(low[i]);
        }

        return new Layer(high, low, model.Weights.Elements(bias), shifts);
    }

    private void Run(Operation operation, Layer? layer, int[] y)
    {
        switch (operation)
        {
            case LinearOperation op:
                Linear(op.Result, layer!, _values[op.X], y);
                break;
            case ConvOperation op:
                Conv(op, layer!, _program.TypeOf(op.X).Shape, _values[op.X], y);
                break;
            case LookupOperation op:
                Lookup(_program.Tables[op.Table].Values, _program.TypeOf(op.X).Lo, _values[op.X], y);
                break;
            case RescaleOperation op:
                for (int i = 0; i < y.Length; i++)
                {
                    y[i] = Finish((long)_values[op.X][i] * op.Multiplier, op.Shift, op.Result);
                }

                break;
            case AddOperation op:
                for (int i = 0; i < y.Length; i++)
                {
                    y[i] = Finish(((long)_values[op.A][i] * op.MultiplierA) + ((long)_values[op.B][i] * op.MultiplierB), op.Shift, op.Result);
                }

                break;
            case MaxPoolOperation op:
                Pool(_program.TypeOf(op.X).Shape, op.Result.Shape, op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, _values[op.X], y, (_, _, max) => max);
                break;
            case AveragePoolOperation op:
                AveragePool(op, _program.TypeOf(op.X).Shape, _values[op.X], y);
                break;
            case SoftmaxOperation op:
                Softmax(op, _program.Tables[op.Table].Values, _values[op.X], y);
                break;
            default:
                _values[((ReshapeOperation)operation).X].CopyTo(y, 0);
                break;
        }
    }

    private static int Finish(long sum, int shift, TensorType type) => FixedPoint.Clamp(FixedPoint.Round(sum, shift), type);

    private static void Linear(TensorType result, Layer layer, int[] x, int[] y)
    {
        int n = layer.Bias.Length;
        int k = layer.Low.Length / n;
        for (int i = 0; i < y.Length; i++)
        {
            int channel = i % n;
            ReadOnlySpan<int> row = x.AsSpan(i / n * k, k);
            long sum = layer.Bias[channel] + (long)Dot(layer.Low.AsSpan(channel * k, k), row);
            sum += layer.High is null ? 0 : 256L * Dot(layer.High.AsSpan(channel * k, k), row);
            y[i] = Finish(sum, layer.Shifts[channel], result);
        }
    }

    /// <summary>By the accumulator rule no partial sum leaves int32.</summary>
    private static int Dot(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        Vector<int> sums = Vector<int>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            sums += new Vector<int>(a[i..]) * new Vector<int>(b[i..]);
        }

        int sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>For each position the operand's elements under the kernel, once; then one dot product for each channel.</summary>
    private void Conv(ConvOperation op, Layer layer, ImmutableArray<int> from, int[] x, int[] y)
    {
        ImmutableArray<int> shape = _program.Weights[op.Weights].Shape;
        int k = shape[1] * shape[2] * shape[3];
        int perGroup = shape[0] / op.Groups;
        int plane = op.Result.Shape[1] * op.Result.Shape[2];
        if (_patch.Length < k)
        {
            _patch = new int[k];
        }

        ReadOnlySpan<int> patch = _patch.AsSpan(0, k);
        for (int position = 0; position < plane; position++)
        {
            int top = (position / op.Result.Shape[2] * op.StrideY) - op.Pads.Top;
            int left = (position % op.Result.Shape[2] * op.StrideX) - op.Pads.Left;
            for (int group = 0; group < op.Groups; group++)
            {
                Gather(op, shape, from, x, group * shape[1], top, left);
                for (int m = group * perGroup; m < (group + 1) * perGroup; m++)
                {
                    long sum = layer.Bias[m] + (long)Dot(layer.Low.AsSpan(m * k, k), patch);
                    sum += layer.High is null ? 0 : 256L * Dot(layer.High.AsSpan(m * k, k), patch);
                    y[(m * plane) + position] = Finish(sum, layer.Shifts[m], op.Result);
                }
            }
        }
    }

    private void Gather(ConvOperation op, ImmutableArray<int> kernel, ImmutableArray<int> from, int[] x, int firstChannel, int top, int left)
    {
        int next = 0;
        for (int c = firstChannel; c < firstChannel + kernel[1]; c++)
        {
            for (int ky = 0; ky < kernel[2]; ky++)
            {
                int iy = top + (ky * op.DilationY);
                int row = ((c * from[1]) + iy) * from[2];
                for (int kx = 0; kx < kernel[3]; kx++)
                {
                    int ix = left + (kx * op.DilationX);
                    _patch[next++] = (uint)iy < (uint)from[1] && (uint)ix < (uint)from[2] ? x[row + ix] : 0;
                }
            }
        }
    }

    private static void Lookup(ImmutableArray<short> table, int lo, int[] x, int[] y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = table[x[i] - lo];
        }
    }

    private static void AveragePool(AveragePoolOperation op, ImmutableArray<int> from, int[] x, int[] y)
    {
        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(
            from[1], from[2], op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, op.CountPadding);
        Pool(from, op.Result.Shape, op.KernelY, op.KernelX, op.StrideY, op.StrideX, op.Pads, x, y, (sum, count, _) =>
        {
            short multiplier = op.Multipliers[counts.Length == 1 ? 0 : counts.BinarySearch(count)];
            return Finish(multiplier * sum, op.Shift, op.Result);
        });
    }

    /// <summary>Sum, number and maximum of each window's real positions.</summary>
    private static void Pool(
        ImmutableArray<int> from, ImmutableArray<int> to, int kernelY, int kernelX, int strideY, int strideX, Pads pads, int[] x, int[] y, Func<long, int, int, int> finish)
    {
        for (int i = 0; i < y.Length; i++)
        {
            int top = (i / to[2] % to[1] * strideY) - pads.Top;
            int left = (i % to[2] * strideX) - pads.Left;
            int plane = i / (to[1] * to[2]) * from[1] * from[2];
            (int bottom, int right) = (Math.Min(from[1], top + kernelY), Math.Min(from[2], left + kernelX));
            (top, left) = (Math.Max(0, top), Math.Max(0, left));
            long sum = 0;
            int max = int.MinValue;
            for (int iy = top; iy < bottom; iy++)
            {
                for (int ix = left; ix < right; ix++)
                {
                    int pixel = x[plane + (iy * from[2]) + ix];
                    sum += pixel;
                    max = Math.Max(max, pixel);
                }
            }

            y[i] = finish(sum, (bottom - top) * (right - left), max);
        }
    }

    private static void Softmax(SoftmaxOperation op, ImmutableArray<short> table, int[] x, int[] y)
    {
        int length = op.Result.Shape[^1];
        for (int start = 0; start < y.Length; start += length)
        {
            int max = int.MinValue;
            for (int i = start; i < start + length; i++)
            {
                max = Math.Max(max, x[i]);
            }

            long sum = 0;
            for (int i = start; i < start + length; i++)
            {
                sum += table[max - x[i]];
            }

            long reciprocal = (1L << op.ReciprocalBits) / sum;
            for (int i = start; i < start + length; i++)
            {
                y[i] = Finish(table[max - x[i]] * reciprocal, op.Shift, op.Result);
            }
        }
    }
}
