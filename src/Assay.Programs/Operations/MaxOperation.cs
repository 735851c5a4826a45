namespace Assay.Programs;

/// <summary><c>y = clamp(max(a, b))</c>, element by element; an axis of length 1 is repeated (<see cref="Broadcast"/>).</summary>
/// <param name="A">First operand.</param>
/// <param name="B">Second operand.</param>
/// <param name="Result">The operands' common shape.</param>
public sealed record MaxOperation(int A, int B, TensorType Result) : Operation(Result);
