namespace Assay.Programs;

/// <summary><c>y = clamp(round(a*b, s))</c>, element by element; an axis of length 1 is repeated (<see cref="Broadcast"/>).</summary>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand; may be the first.</param>
/// <param name="Shift">0 to 30.</param>
/// <param name="Result">The operands' common shape.</param>
public sealed record MulOperation(int A, int B, byte Shift, TensorType Result) : Operation(Result);
