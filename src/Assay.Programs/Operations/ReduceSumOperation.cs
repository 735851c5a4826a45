namespace Assay.Programs;

/// <summary><c>y = clamp(round(m * sum x, s))</c>, the sum over one axis.</summary>
/// <param name="X">Operand.</param>
/// <param name="Axis">The axis that is summed; it stays, with length 1.</param>
/// <param name="Multiplier">1 to 32767 in magnitude.</param>
/// <param name="Shift">0 to 30.</param>
/// <param name="Result">Shape of the operand with 1 at the axis.</param>
public sealed record ReduceSumOperation(int X, int Axis, short Multiplier, byte Shift, TensorType Result) : Operation(Result);
