using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>Everything that has no weights.</summary>
internal sealed partial class ProgramEmitter
{
    // Probabilities have this many fractional bits, and 1 is a number among them.
    private const int ProbabilityBits = 14;
    private const int LargestMultiplier = short.MaxValue;

    /// <summary>A positive factor for all elements is another scale for the same integers.</summary>
    private void EmitAffine(AffineNode node)
    {
        QuantizedValue x = _values[node.X];
        _values[node] = x with { Scale = x.Scale * node.Scale[0] };
        if (!(_values[node].Scale is > 1e-30 and < 1e30))
        {
            Fail(QuantizeErrors.Range, node, "its numbers are too large or too small");
        }
    }

    /// <summary>A bound that no layer absorbs: the same scale, a smaller range.</summary>
    private void EmitClamp(ClampNode node)
    {
        QuantizedValue x = _values[node.X];
        ResultRange range = ResultRange.Of(node.Lo, node.Hi, x.Scale, x.Lo, x.Hi);
        Push(node, new RescaleOperation(x.Value, 1, 0, new TensorType(node.Shape, range.Lo, range.Hi)), x.Scale);
    }

    private void EmitFunction(FunctionNode node)
    {
        QuantizedValue x = _values[node.X];
        int bits = _widths[node].ResultBits;
        bool sigmoid = node.Function == ScalarFunction.Sigmoid;
        int hi = Math.Min(short.MaxValue, (1 << (sigmoid ? bits : bits - 1)) - 1);
        double scale = 1.0 / hi;
        TensorType result = new(node.Shape, (short)(sigmoid ? 0 : -hi), (short)hi);
        int table = AddTable(_tables.Function(node.Function, new TensorType(node.X.Shape, x.Lo, x.Hi), x.Scale, result, scale));
        PushResult(node, node, new LookupOperation(x.Value, table, result), scale, 0, 0);
    }

    private void EmitMaxPool(MaxPoolNode node)
    {
        QuantizedValue x = _values[node.X];
        Window w = node.Window;
        Push(node, new MaxPoolOperation(x.Value, w.KernelY, w.KernelX, w.StrideY, w.StrideX, new Pads(w.Top, w.Left, w.Bottom, w.Right), new TensorType(node.Shape, x.Lo, x.Hi)), x.Scale);
    }

    private void EmitAveragePool(AveragePoolNode node)
    {
        FloatNode result = Absorbing(node);
        QuantizedValue x = _values[node.X];
        Window w = node.Window;
        Pads pads = new(w.Top, w.Left, w.Bottom, w.Right);
        ImmutableArray<int> counts = AveragePoolOperation.PossibleCounts(
            node.X.Shape[1], node.X.Shape[2], w.KernelY, w.KernelX, w.StrideY, w.StrideX, pads, node.CountPadding);
        (double lo, double hi) = Reals(result);
        ResultRange range = Choose(node, result);
        double ratio = x.Scale / range.Scale;
        int shift = LargestShift(s => counts.All(c => Fits(Math.ScaleB(ratio / c, s), (long)c * x.MaxMagnitude, 0, 0, s)));
        if (_error is not null || shift < 0)
        {
            Fail(QuantizeErrors.Accumulator, node, "its window is too large for the accumulator's bound");
            return;
        }

        ImmutableArray<short> multipliers = [.. counts.Select(c => Multiplier(Math.ScaleB(ratio / c, shift)))];
        if (counts.Length == 1)
        {
            // With one count the scale can be what the rounded multiplier gives: the average is then exact but for its rounding.
            double exact = Math.ScaleB(x.Scale / ((double)counts[0] * multipliers[0]), shift);
            range = ResultRange.Of(lo, hi, exact, range.Lo, range.Hi);
        }

        AveragePoolOperation pool = new(
            x.Value, w.KernelY, w.KernelX, w.StrideY, w.StrideX, pads, node.CountPadding, multipliers, (byte)shift, new TensorType(node.Shape, range.Lo, range.Hi));
        PushResult(node, result, pool, range.Scale, 0, 0);
    }

    private void EmitAdd(AddNode node)
    {
        FloatNode result = Absorbing(node);
        QuantizedValue a = _values[node.A];
        QuantizedValue b = _values[node.B];
        ResultRange range = Choose(node, result);
        (double ratioA, double ratioB) = (a.Scale / range.Scale, b.Scale / range.Scale);
        int shift = LargestShift(s =>
            Fits(Math.ScaleB(ratioA, s), a.MaxMagnitude, Math.ScaleB(ratioB, s), b.MaxMagnitude, s));
        if (_error is not null || shift < 0)
        {
            Fail(QuantizeErrors.Accumulator, node, "its operands are of too different scales");
            return;
        }

        short multiplierA = Multiplier(Math.ScaleB(ratioA, shift));
        short multiplierB = Multiplier(Math.ScaleB(ratioB, shift));
        AddOperation add = new(a.Value, b.Value, multiplierA, node.Subtract ? (short)-multiplierB : multiplierB, (byte)shift, new TensorType(node.Shape, range.Lo, range.Hi));
        PushResult(node, result, add, range.Scale, 0, 0);
    }

    private void EmitSoftmax(SoftmaxNode node)
    {
        QuantizedValue x = _values[node.X];
        int table = AddTable(_tables.SoftmaxExp(new TensorType(node.X.Shape, x.Lo, x.Hi), x.Scale, short.MaxValue));

        // The sum is below 2^15 * length; the reciprocal keeps 17 bits of it.
        int reciprocalBits = Math.Min(ProgramLimits.ReciprocalBits, 32 + 32 - int.LeadingZeroCount(node.Shape[^1]));
        TensorType result = new(node.Shape, 0, 1 << ProbabilityBits);
        Push(node, new SoftmaxOperation(x.Value, table, (byte)reciprocalBits, (byte)(reciprocalBits - ProbabilityBits), result), Math.ScaleB(1, -ProbabilityBits));
        _layers.Add(new QuantizedLayer(
            node.Name, node.OnnxOperator, _values[node].Value, 0, ProbabilityBits + 1, 0, LowIsIntended: true, HighIsIntended: true, "probabilities"));
    }

    private static int LargestShift(Func<int, bool> fits)
    {
        int shift = ProgramLimits.Shift;
        while (shift >= 0 && !fits(shift))
        {
            shift--;
        }

        return shift;
    }

    private static short Multiplier(double real) => (short)Math.Max(1, Math.Round(real));

    /// <summary>Whether two multipliers, rounded, fit int16 and keep the bound; their operands' magnitudes are given.</summary>
    private static bool Fits(double a, long magnitudeA, double b, long magnitudeB, int shift) =>
        Math.Max(a, b) <= LargestMultiplier
        && (Multiplier(a) * magnitudeA) + (Multiplier(b) * magnitudeB) + AccumulatorRule.RoundingConstant(shift) <= AccumulatorRule.Limit;
}
