namespace Assay.Programs;

/// <summary>The same elements in the same order under another shape; the operand's range.</summary>
public sealed record ReshapeOperation(int X, TensorType Result) : Operation(Result);
