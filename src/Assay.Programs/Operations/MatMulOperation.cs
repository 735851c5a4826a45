namespace Assay.Programs;

/// <summary><c>y[..,m,n] = clamp(round(sum_k a[..,m,k]*b[..,k,n], s))</c>: a product of two computed values.</summary>
/// <param name="A">Operand of shape [..,M,K].</param>
/// <param name="B">Operand of shape [..,K,N] with the same leading axes.</param>
/// <param name="Shift">0 to 30.</param>
/// <param name="Result">Shape [..,M,N].</param>
public sealed record MatMulOperation(int A, int B, byte Shift, TensorType Result) : Operation(Result);
