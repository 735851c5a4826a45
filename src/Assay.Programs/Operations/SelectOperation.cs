namespace Assay.Programs;

/// <summary><c>y = clamp(c != 0 ? a : b)</c>, element by element; an axis of length 1 is repeated (<see cref="Broadcast"/>).</summary>
/// <param name="Condition">c.</param>
/// <param name="A">Taken where the condition isn't 0.</param>
/// <param name="B">Taken where it is.</param>
/// <param name="Result">The operands' common shape.</param>
public sealed record SelectOperation(int Condition, int A, int B, TensorType Result) : Operation(Result);
