namespace Assay.Programs;

/// <summary>
/// <c>y = clamp(floor((a*2^(k+1) + b) / (2*b)))</c>: the quotient <c>a*2^k / b</c>, rounded half up, element by element; an
/// axis of length 1 is repeated (<see cref="Broadcast"/>).
/// </summary>
/// <param name="A">Dividend.</param>
/// <param name="B">Divisor; its range starts at 1 at least.</param>
/// <param name="Bits">k, 0 to 30.</param>
/// <param name="Result">The operands' common shape.</param>
public sealed record DivideOperation(int A, int B, byte Bits, TensorType Result) : Operation(Result);
