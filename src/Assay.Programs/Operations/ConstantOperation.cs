namespace Assay.Programs;

/// <summary><c>y = clamp(W)</c>: a tensor of weights as a value.</summary>
/// <param name="Weights">Weight tensor of i8 or i16.</param>
/// <param name="Result">The tensor's shape.</param>
public sealed record ConstantOperation(int Weights, TensorType Result) : Operation(Result);
