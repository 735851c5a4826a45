using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>The operand's places along one axis in the order of a constant list, which may repeat and leave out.</summary>
/// <param name="X">Operand.</param>
/// <param name="Axis">The axis.</param>
/// <param name="Indices">Places along the axis, at least one.</param>
/// <param name="Result">Shape of the operand with as many places at the axis as there are indices; its range.</param>
public sealed record GatherOperation(int X, int Axis, ImmutableArray<int> Indices, TensorType Result) : Operation(Result);
