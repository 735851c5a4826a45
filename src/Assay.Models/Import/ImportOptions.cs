using System.Collections.Immutable;

namespace Assay.Models.Import;

/// <summary>What a file leaves open.</summary>
public sealed record ImportOptions
{
    /// <summary>Sizes of symbolic dimensions, by the dimension's name or by <c>input:axis</c> (<c>audio:1</c>).</summary>
    public IReadOnlyDictionary<string, int> Dimensions { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Inputs that are bound to constants: one number for all elements, or one for each.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<double>> Bound { get; init; } = ImmutableDictionary<string, ImmutableArray<double>>.Empty;

    public ShapeReading Shapes { get; init; }

    /// <summary>Whether outputs that don't depend on the inputs are allowed; by default they are refused.</summary>
    public bool ConstantOutputs { get; init; }
}
