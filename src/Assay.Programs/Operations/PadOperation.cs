using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>One constant around the operand.</summary>
/// <param name="X">Operand.</param>
/// <param name="Before">Places added in front, per axis, 0 to 65535.</param>
/// <param name="After">Places added behind, per axis, 0 to 65535.</param>
/// <param name="Value">What they hold.</param>
/// <param name="Result">The longer shape; a range in which the operand's and the value lie.</param>
public sealed record PadOperation(int X, ImmutableArray<int> Before, ImmutableArray<int> After, short Value, TensorType Result)
    : Operation(Result);
