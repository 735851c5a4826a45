using System.Collections.Immutable;
using Assay.Models.Graph;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>Inputs, and the scales and offsets that their conversion to integers takes up.</summary>
internal sealed partial class ProgramEmitter
{
    private void EmitInput(InputNode input)
    {
        if (_facts.SoleUser(input) is AffineNode affine && _facts.IsBoundary(affine))
        {
            // Emitted with the scale and offset that follows.
            EmitBoundary(input, affine);
        }
        else if (input.Shape.Length == 1 && !_facts.IsOutput(input) && _facts.Users(input).Count > 0 && _facts.Users(input).All(n => n is LinearNode))
        {
            EmitFeatures(input);
        }
        else if (RowsOfEmbedding(input) is > 0 and var rows)
        {
            // Numbers of rows are themselves.
            ResultRange range = new(1, 0, (short)Math.Min(rows - 1, short.MaxValue));
            AddInput(input, range, null, [0], [1], input);
        }
        else if (_facts.SoleUser(input) is GridNode grid)
        {
            // The conversion at the boundary is this grid's own rounding.
            AddInput(input, OnGrid(grid, double.NegativeInfinity, double.PositiveInfinity), null, [0], [1 / grid.Step], grid);
            _values[grid] = _values[input];
        }
        else
        {
            ResultRange range = InputRange(input, input);
            AddInput(input, range, null, [0], [1 / range.Scale], input);
        }
    }

    /// <summary>Rows of the smallest table that an input's elements are looked up in, as they are or moved; 0 if in none.</summary>
    private int RowsOfEmbedding(FloatNode node)
    {
        int least = 0;
        foreach (FloatNode user in _facts.Users(node))
        {
            int rows = user is EmbeddingNode embedding ? embedding.Rows
                : user is ReshapeNode or TransposeNode or SliceNode or GatherNode && _facts.SoleUser(node) is not null ? RowsOfEmbedding(user)
                : 0;
            least = rows == 0 ? least : least == 0 ? rows : Math.Min(least, rows);
        }

        return least;
    }

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
        if (bits == 16 && IsWholeInInt16(result))
        {
            // Sound as it is recorded: full range, without headroom, for beyond is nothing.
            (lo, hi) = (lo < 0 ? short.MinValue : 0, hi > 0 ? short.MaxValue : 0);
            return new ResultRange(1, (short)lo, (short)hi);
        }

        if (result is AffineNode { Axis: -1 } scaled && _calibration.WholeNumbers.Contains(input) && Math.Abs(scaled.Scale[0]) <= range.Scale * (1 << bits) && Math.Abs(scaled.Scale[0]) >= range.Scale)
        {
            // Whole numbers that are scaled at the boundary (pixels from 0 to 255 to -1 to 1): steps that divide the distance of two of them.
            double unit = Math.Abs((double)scaled.Scale[0]);
            double scale = Math.ScaleB(unit, NearestPower(unit, range.Scale, -bits, 0));
            return Checked(input, ResultRange.Of(lo, hi, scale, short.MinValue, short.MaxValue));
        }

        if (_calibration.WholeNumbers.Contains(result) && hi - lo < 1 << bits)
        {
            // Whole numbers (pixels, counts) are met exactly by a power of two.
            double scale = Math.ScaleB(1, Math.ILogB(Math.Max((hi - lo) / (1 << bits), Math.Max(hi / 32768, lo / -32768)) * 0.999 * 2));
            int top = (1 << bits) - 1;
            range = ResultRange.Of(lo, hi, scale, short.MinValue, (short)Math.Min(short.MaxValue, top + Math.Min(0, Math.Round(lo / scale))));
        }

        return Checked(input, range);
    }

    private bool IsWholeInInt16(FloatNode input) =>
        _calibration.WholeNumbers.Contains(input) && _calibration.Range(input) is { Min: >= short.MinValue, Max: <= short.MaxValue };

    /// <summary>A declared range after the scales and offsets that follow the input.</summary>
    private static (double Lo, double Hi) Through(AffineNode affine, (double Lo, double Hi) range)
    {
        double[] ends = [.. affine.Scale.Zip(affine.Offset).SelectMany(c => new[] { range.Lo * c.First + c.Second, range.Hi * c.First + c.Second })];
        return (ends.Min(), ends.Max());
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
        AddInput(input, range, axis, [.. offsets.Select(PositiveZero)], [.. multipliers], affine);
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
        AddInput(input, range, axis, [.. offsets.Select(PositiveZero)], [.. scales.Select(s => 1 / s)], input, scales, offsets);
    }

    // Two encodings of zero would be two programs.
    private static double PositiveZero(double x) => x == 0 ? 0 : x;

    /// <param name="standsFor">The float value that the integers stand for: the input, or what the boundary makes of it.</param>
    private void AddInput(
        InputNode input, ResultRange range, int? axis, ImmutableArray<double> offsets, ImmutableArray<double> multipliers, FloatNode standsFor, double[]? featureScales = null, double[]? featureOffsets = null)
    {
        if (!offsets.All(double.IsFinite) || !multipliers.All(m => double.IsFinite(m) && m != 0))
        {
            Fail(QuantizeErrors.Range, input, "its scale or offset is not finite");
        }

        // All inputs come before the first operation, so the number is final.
        _values[input] = new QuantizedValue(_inputs.Count, range.Scale, range.Lo, range.Hi)
        {
            Shape = input.Shape, FeatureScales = featureScales, FeatureOffsets = featureOffsets,
        };
        _inputs.Add(new ProgramInput(input.Name, new TensorType(input.Shape, range.Lo, range.Hi), axis, offsets, multipliers, _options.InputRule));
        AddLayer(input, standsFor, 0, 0, lowIsIntended: true, highIsIntended: true);
    }
}
