using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Values of one scale, one after the other along an axis.</summary>
/// <param name="Operands">1 to 1024 values that differ in the axis's length only.</param>
/// <param name="Axis">The axis.</param>
/// <param name="Result">Shape with the lengths' sum at the axis; a range in which all operands' lie.</param>
public sealed record ConcatOperation(ImmutableArray<int> Operands, int Axis, TensorType Result) : Operation(Result);
