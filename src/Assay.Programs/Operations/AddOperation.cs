namespace Assay.Programs;

/// <summary><c>y = clamp(round(a*ma + b*mb, s))</c>: both operands are brought to the result's scale with one rounding.</summary>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand, of the same shape.</param>
/// <param name="MultiplierA">1 to 32767 in magnitude.</param>
/// <param name="MultiplierB">1 to 32767 in magnitude.</param>
/// <param name="Shift">0 to 30.</param>
/// <param name="Result">Shape of the operands.</param>
public sealed record AddOperation(
    int A, int B, short MultiplierA, short MultiplierB, byte Shift, TensorType Result) : Operation(Result);
