namespace Assay.Programs;

/// <summary><c>y[..,d] = clamp(W[x[..],d])</c>: a row of a table of weights for each element of the operand.</summary>
/// <param name="X">Operand of up to seven axes whose range lies in 0..V-1.</param>
/// <param name="Weights">Weight tensor [V,D] of i8 or i16.</param>
/// <param name="Result">Shape [..,D]: the operand's axes, then D.</param>
public sealed record EmbeddingOperation(int X, int Weights, TensorType Result) : Operation(Result);
