using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>What runs over an axis or a window, and tables of weights.</summary>
internal sealed partial class ProgramEmitter
{
    // Significant bits that a normalisation's reciprocal root has at least, and spare bits under a Euclidean length.
    private const int RootBits = 20;
    private const int SpareBits = 4;

    private void EmitAveragePool(AveragePoolNode node)
    {
        FloatNode result = Absorbing(node, anyScale: true);
        QuantizedValue x = Value(node.X);
        Window w = node.Window;
        Pads pads = new(w.Top, w.Left, w.Bottom, w.Right);
        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(
            node.X.Shape[1], node.X.Shape[2], w.KernelY, w.KernelX, w.StrideY, w.StrideX, pads, node.CountPadding);
        if (Average(node, result, node.X, x, counts) is not { } average)
        {
            return;
        }

        (ResultRange range, ImmutableArray<short> multipliers, int shift, x) = average;
        AveragePoolOperation pool = new(
            x.Value, w.KernelY, w.KernelX, w.StrideY, w.StrideX, pads, node.CountPadding, multipliers, (byte)shift, new TensorType(node.Shape, range.Lo, range.Hi));
        PushResult(node, result, pool, range.Scale, 0, 0);
    }

    /// <summary>Range, multipliers and shift of averages over windows of the given sizes.</summary>
    private (ResultRange Range, ImmutableArray<short> Multipliers, int Shift, QuantizedValue X)? Average(
        FloatNode node, FloatNode result, FloatNode operand, QuantizedValue x, ImmutableArray<int> counts, bool sum = false)
    {
        (double lo, double hi) = Reals(result);
        ResultRange range = Choose(node, result);
        while (_error is null)
        {
            double ratio = x.Scale / range.Scale;
            double Part(int count) => ratio / (sum ? 1 : count);
            int shift = LargestShift(s => counts.All(c => Fits(Math.ScaleB(Part(c), s), (long)c * x.MaxMagnitude, 0, 0, s)));
            if (shift < 0)
            {
                if (AskForNarrower(node, operand, "its window is too large for the accumulator's bound"))
                {
                    return null;
                }

                if (x.MaxMagnitude < 4)
                {
                    Fail(QuantizeErrors.Accumulator, node, "its window is too large for the accumulator's bound");
                    return null;
                }

                x = Coarser(operand, x);
                continue;
            }

            ImmutableArray<short> multipliers = [.. counts.Select(c => Multiplier(Math.ScaleB(Part(c), shift)))];
            if (counts.Length == 1 && Grid(node, result) is null && !_sharedScales.ContainsKey(node))
            {
                // With one count the scale can be what the rounded multiplier gives: the average is then exact but for its rounding.
                double exact = Math.ScaleB(x.Scale / ((double)(sum ? 1 : counts[0]) * multipliers[0]), shift);
                range = ResultRange.Of(lo, hi, exact, range.Lo, range.Hi);
            }

            return (range, multipliers, shift, x);
        }

        return null;
    }

    private void EmitReduce(ReduceNode node)
    {
        QuantizedValue x = Value(node.X);
        if (node.Reduction == Reduction.Max)
        {
            Push(node, new ReduceMaxOperation(x.Value, node.Axis, x.TypeOf(node.Shape)), x.Scale);
        }
        else if (node.Reduction == Reduction.EuclideanLength)
        {
            EmitLength(node, x);
        }
        else
        {
            FloatNode result = Absorbing(node, anyScale: true);
            if (Average(node, result, node.X, x, [node.X.Shape[node.Axis]], node.Reduction == Reduction.Sum) is var (range, multipliers, shift, operand))
            {
                TensorType type = new(node.Shape, range.Lo, range.Hi);
                PushResult(node, result, new ReduceSumOperation(operand.Value, node.Axis, multipliers[0], (byte)shift, type), range.Scale, 0, 0);
            }
        }
    }

    private void EmitLength(ReduceNode node, QuantizedValue x)
    {
        FloatNode result = Absorbing(node, anyScale: false);

        // The root of the sum, times 2^k, shifted by u: the operand's scale times 2^(u-k).
        int power = NearestPower(x.Scale, Choose(node, result).Scale, -15, 15);
        double squares = (double)node.X.Shape[node.Axis] * x.MaxMagnitude * x.MaxMagnitude;
        int bits = Math.Max(0, -power) + SpareBits;
        while (bits > Math.Max(0, -power) && Math.ScaleB(squares, 2 * bits) > Math.ScaleB(1, 62))
        {
            bits--;
        }

        if (Math.ScaleB(squares, 2 * bits) > Math.ScaleB(1, 62) && AskForNarrower(node, node.X, "its sum of squares is too long"))
        {
            return;
        }

        double scale = Math.ScaleB(x.Scale, power);
        (double lo, double hi) = Reals(result);
        ResultRange range = Checked(node, ResultRange.Of(lo, hi, scale, short.MinValue, short.MaxValue));
        PushResult(node, result, new RootSumOperation(x.Value, node.Axis, (byte)bits, (byte)(bits + power), new TensorType(node.Shape, range.Lo, range.Hi)), scale, 0, 0);
    }

    /// <summary>
    /// With d_i = n*(x_i - mean) the variance is s^2 sum d^2 / n^3 for the operand's scale s, so that
    /// y_i = sqrt(n) * d_i / sqrt(sum d^2 + e), e = epsilon * n^3 / s^2; without centring n^3 becomes n.
    /// </summary>
    private void EmitNormalize(NormalizeNode node)
    {
        FloatNode result = Absorbing(node, anyScale: false);
        QuantizedValue x = Value(node.X);
        double n = node.Shape[^1];
        double epsilon, sum;
        while (true)
        {
            epsilon = Math.Max(1, Math.Round(node.Epsilon * (node.Center ? n * n * n : n) / (x.Scale * x.Scale)));
            double largest = node.Center ? n * (x.Hi - x.Lo) : x.MaxMagnitude;
            sum = epsilon + (n * largest * largest);
            if (sum < Math.ScaleB(1, 62) * 0.999)
            {
                break;
            }

            if (AskForNarrower(node, node.X, "its sums of squares are too long"))
            {
                return;
            }

            if (x.MaxMagnitude < 4)
            {
                Fail(QuantizeErrors.Accumulator, node, "its sums of squares are too long, or its epsilon is too large for its operand");
                return;
            }

            x = Coarser(node.X, x);
        }

        double unit = Math.Sqrt(n);
        int power = NearestPower(unit, Choose(node, result).Scale, -40, 0);
        int root = Math.Min(62, Math.Max(RootBits + ((Math.ILogB(sum) + 2) / 2), -power));
        double scale = Math.ScaleB(unit, power);
        (double lo, double hi) = Reals(result);
        ResultRange range = Checked(node, ResultRange.Of(lo, hi, scale, short.MinValue, short.MaxValue));
        PushResult(
            node, result, new NormalizeOperation(x.Value, node.Center, (long)epsilon, (byte)root, (byte)(root + power), new TensorType(node.Shape, range.Lo, range.Hi)), scale, 0, 0);
    }

    private void EmitSoftmax(SoftmaxNode node)
    {
        QuantizedValue x = Value(node.X);
        int table = AddTable(_tables.SoftmaxExp(new TensorType(node.X.Shape, x.Lo, x.Hi), x.Scale, short.MaxValue));

        // Probabilities have as many fractional bits as the width less one: 1 is a number among them. The sum is below
        // 2^15 * length; the reciprocal keeps 17 bits of it.
        int fraction = _widths[node].ResultBits - 1;
        int reciprocalBits = Math.Min(ProgramLimits.ReciprocalBits, 32 + 32 - int.LeadingZeroCount(node.Shape[^1]));
        TensorType result = new(node.Shape, 0, (short)(1 << fraction));
        Push(node, new SoftmaxOperation(x.Value, table, (byte)reciprocalBits, (byte)(reciprocalBits - fraction), result), Math.ScaleB(1, -fraction));
        AddLayer(node, node, 0, 0, lowIsIntended: true, highIsIntended: true);
    }

    private void EmitEmbedding(EmbeddingNode node)
    {
        if (node.Rows > short.MaxValue + 1)
        {
            Fail(QuantizeErrors.Range, node, $"its table has {node.Rows} rows, at most {short.MaxValue + 1} can be counted in 16 bits");
            return;
        }

        // What calibration didn't show is clamped to the table; what it did show must not be computed wrongly.
        if (_calibration.Range(node.X).Min < -0.5f)
        {
            Fail(QuantizeErrors.Range, node, "calibration data have negative indices, which count from the table's end; export Where(i < 0, i + rows, i) before it");
            return;
        }

        QuantizedValue x = Cut(ValueAt(node.X, 1), 0, (short)(node.Rows - 1));
        (double lo, double hi) = _facts.Bounds.Of(node);
        ResultRange range = Checked(node, _sharedScales.TryGetValue(node, out double shared)
            ? ResultRange.Of(lo, hi, shared, short.MinValue, short.MaxValue)
            : ResultRange.Choose(lo, hi, _widths[node].ResultBits));
        int weights = AddTensor(node.Table, range, [node.Rows, node.Width], out int bits);
        Push(node, new EmbeddingOperation(x.Value, weights, new TensorType(node.Shape, range.Lo, range.Hi)), range.Scale);
        AddLayer(node, node, bits, 0, lowIsIntended: true, highIsIntended: true);
    }

    /// <summary>A constant under a scale that is asked for, or its own.</summary>
    private QuantizedValue EmitConstant(ConstantNode node, double? wanted)
    {
        (double lo, double hi) = (node.Values.Min(), node.Values.Max());
        ResultRange range = Checked(node, wanted is { } scale
            ? ResultRange.Of(lo, hi, scale, short.MinValue, short.MaxValue)
            : ResultRange.Choose(lo, hi, _widths[node].ResultBits));
        int weights = AddTensor(node.Values, range, node.Shape, out _);
        return Push(new ConstantOperation(weights, new TensorType(node.Shape, range.Lo, range.Hi)), range.Scale);
    }

    private int AddTensor(float[] values, ResultRange range, ImmutableArray<int> shape, out int bits)
    {
        int[] integers = new int[values.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            integers[i] = (int)Math.Clamp(Math.Round(values[i] / range.Scale), range.Lo, range.Hi);
        }

        bits = SignificantBits(integers);
        return AddWeights(range is { Lo: >= sbyte.MinValue, Hi: <= sbyte.MaxValue } ? WeightType.I8 : WeightType.I16, shape, integers);
    }
}
