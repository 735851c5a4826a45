namespace Assay.Programs;

/// <summary>The maximum over one axis.</summary>
/// <param name="X">Operand.</param>
/// <param name="Axis">The axis; it stays, with length 1.</param>
/// <param name="Result">Shape of the operand with 1 at the axis; the operand's range.</param>
public sealed record ReduceMaxOperation(int X, int Axis, TensorType Result) : Operation(Result);
