namespace Assay.Programs;

/// <summary>The k first elements of every row of the last axis, or their places, in order of value; of equal elements, the one that stands first comes first.</summary>
/// <param name="X">Operand of shape [..,n].</param>
/// <param name="K">1 to n.</param>
/// <param name="Largest">Whether the largest comes first, or the smallest.</param>
/// <param name="Indices">Whether the result holds places (0 to n-1, n at most 32768) instead of elements.</param>
/// <param name="Result">Shape [..,k]; the operand's range, or 0..n-1.</param>
public sealed record TopKOperation(int X, int K, bool Largest, bool Indices, TensorType Result) : Operation(Result);
