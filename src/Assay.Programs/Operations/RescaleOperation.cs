namespace Assay.Programs;

/// <summary><c>y = clamp(round(x*m, s))</c>; with <c>m = 1, s = 0</c> a clamp (Relu, Clip).</summary>
/// <param name="X">Operand.</param>
/// <param name="Multiplier">1 to 32767 in magnitude.</param>
/// <param name="Shift">0 to 30.</param>
/// <param name="Result">Shape of the operand.</param>
public sealed record RescaleOperation(int X, short Multiplier, byte Shift, TensorType Result) : Operation(Result);
