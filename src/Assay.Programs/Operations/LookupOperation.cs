namespace Assay.Programs;

/// <summary><c>y = T[x - lo(x)]</c>.</summary>
/// <param name="X">Operand.</param>
/// <param name="Table">Table with one entry per integer of the operand's range, all in the result's range.</param>
/// <param name="Result">Shape of the operand.</param>
public sealed record LookupOperation(int X, int Table, TensorType Result) : Operation(Result);
