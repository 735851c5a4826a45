using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>Inputs, and the scales and offsets that their conversion to integers takes up.</summary>
internal sealed partial class ProgramEmitter
{
    private void EmitInput(InputNode input)
    {
        if (_soleUser.TryGetValue(input, out FloatNode? user) && user is AffineNode affine && GraphLowering.IsBoundary(affine, 1))
        {
            // Emitted with the scale and offset that follows.
            EmitBoundary(input, affine);
        }
        else if (input.Shape.Length == 1 && _graph.Outputs.All(o => o.Node != input) && Users(input).All(n => n is LinearNode) && _uses[input] > 0)
        {
            EmitFeatures(input);
        }
        else
        {
            ResultRange range = InputRange(input, input);
            AddInput(input, range, null, [0], [1 / range.Scale]);
        }
    }

    private IEnumerable<FloatNode> Users(FloatNode node) => _graph.Nodes.Where(n => n.Operands.Contains(node));

    private ResultRange InputRange(InputNode input, FloatNode result)
    {
        int bits = _widths[input].ResultBits;
        if (_options.InputRanges.TryGetValue(input.Name, out (double Lo, double Hi) declared))
        {
            (double least, double most) = result is AffineNode affine ? Through(affine, declared) : declared;
            return Checked(input, ResultRange.Choose(least, most, bits));
        }

        (float min, float max) = _calibration.Range(result);

        // An input that was never negative is taken as such; what comes below is clamped or refused, and counted.
        (double lo, double hi) = ResultRange.Reals((min, max), min >= 0 ? 0 : double.NegativeInfinity, max <= 0 ? 0 : double.PositiveInfinity);
        ResultRange range = ResultRange.Choose(lo, hi, bits);
        if (_calibration.WholeNumbers.Contains(result) && hi - lo < 1 << bits)
        {
            // Whole numbers (pixels, counts) are met exactly by a power of two.
            double scale = Math.ScaleB(1, Math.ILogB(Math.Max((hi - lo) / (1 << bits), Math.Max(hi / 32768, lo / -32768)) * 0.999 * 2));
            int top = (1 << bits) - 1;
            range = ResultRange.Of(lo, hi, scale, short.MinValue, (short)Math.Min(short.MaxValue, top + Math.Min(0, Math.Round(lo / scale))));
        }

        return Checked(input, range);
    }

    /// <summary>A declared range after the scales and offsets that follow the input.</summary>
    private static (double Lo, double Hi) Through(AffineNode affine, (double Lo, double Hi) range)
    {
        double[] ends = [.. affine.Scale.Zip(affine.Offset).SelectMany(c => new[] { range.Lo * c.First + c.Second, range.Hi * c.First + c.Second })];
        return (ends.Min(), ends.Max());
    }

    private ResultRange Checked(InputNode input, ResultRange range)
    {
        if (!(range.Scale is > 1e-30 and < 1e30))
        {
            Fail(QuantizeErrors.Range, input, "its numbers are too large or too small, or not finite");
        }

        return range;
    }

    /// <summary>Input and scale in one: <c>q = (x - (-offset/scale)) * (scale/s)</c>.</summary>
    private void EmitBoundary(InputNode input, AffineNode affine)
    {
        ResultRange range = InputRange(input, affine);
        int channels = affine.Scale.Length;
        double[] offsets = new double[channels];
        double[] multipliers = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            offsets[c] = -(double)affine.Offset[c] / affine.Scale[c];
            multipliers[c] = affine.Scale[c] / range.Scale;
        }

        int? axis = affine.Axis < 0 ? null : affine.Axis;
        AddInput(input, range, axis, [.. offsets.Select(PositiveZero)], [.. multipliers]);
        _values[affine] = _values[input];
    }

    /// <summary>
    /// A row of features that goes to linear layers only: each feature gets an offset and a scale of its own, which cost
    /// nothing at run time, so that a feature of 1e-3 is kept as well as one of 1e6.
    /// </summary>
    private void EmitFeatures(InputNode input)
    {
        int bits = _widths[input].ResultBits;
        (float[] min, float[] max) = _calibration.Features(input);
        bool declared = _options.InputRanges.TryGetValue(input.Name, out (double Lo, double Hi) given);
        int half = 1 << (bits - 1);
        double[] scales = new double[input.Count];
        double[] offsets = new double[input.Count];
        for (int k = 0; k < scales.Length; k++)
        {
            (double lo, double hi) = declared ? given : (min[k], max[k]);
            double center = (lo + hi) / 2;

            // One bit of headroom; a feature that never changes gets a range around its value.
            double reach = (hi - lo) / 2 * (declared ? 1 : 2);
            reach = Math.Max(reach, Math.Max(Math.Abs(center) / 64, 1e-20));
            scales[k] = Float.PortableMath.RoundUpTo12Bits(reach / (half - 1));
            offsets[k] = Float.PortableMath.RoundUpTo12Bits(Math.Max(Math.Abs(center), 1e-20)) * Math.Sign(center);
        }

        ResultRange range = Checked(input, new ResultRange(1, (short)-half, (short)(half - 1)));
        int? axis = input.Count == 1 ? null : 0;
        AddInput(input, range, axis, [.. offsets.Select(PositiveZero)], [.. scales.Select(s => 1 / s)]);
        _values[input] = _values[input] with { FeatureScales = scales, FeatureOffsets = offsets };
    }

    // Two encodings of zero would be two programs.
    private static double PositiveZero(double x) => x == 0 ? 0 : x;

    private void AddInput(InputNode input, ResultRange range, int? axis, ImmutableArray<double> offsets, ImmutableArray<double> multipliers)
    {
        if (!offsets.All(double.IsFinite) || !multipliers.All(m => double.IsFinite(m) && m != 0))
        {
            Fail(QuantizeErrors.Range, input, "its scale or offset is not finite");
        }

        // All inputs come before the first operation, so the number is final.
        _values[input] = new QuantizedValue(_inputs.Count, range.Scale, range.Lo, range.Hi);
        _inputs.Add(new ProgramInput(input.Name, new TensorType(input.Shape, range.Lo, range.Hi), axis, offsets, multipliers, _options.InputRule));
        _layers.Add(new QuantizedLayer(
            input.Name, "Input", _values[input].Value, 0, range.Bits, 0, LowIsIntended: true, HighIsIntended: true, _widths[input].Reason));
    }
}
