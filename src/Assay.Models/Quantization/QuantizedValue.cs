using System.Collections.Immutable;
using Assay.Programs;

namespace Assay.Models.Quantization;

/// <summary>
/// A value of the program and what its integers mean: real = q * scale. An input whose features have scales and offsets
/// of their own (real = q * FeatureScales[k] + FeatureOffsets[k]) goes to linear layers only, whose weights take them up.
/// </summary>
internal sealed record QuantizedValue(int Value, double Scale, short Lo, short Hi)
{
    public required ImmutableArray<int> Shape { get; init; }

    public double[]? FeatureScales { get; init; }

    public double[]? FeatureOffsets { get; init; }

    public int MaxMagnitude => Math.Max(Math.Abs((int)Lo), Math.Abs((int)Hi));

    /// <summary>The type of an operation that keeps this value's range.</summary>
    public TensorType TypeOf(ImmutableArray<int> shape) => new(shape, Lo, Hi);
}
