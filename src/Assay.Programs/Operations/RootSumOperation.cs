namespace Assay.Programs;

/// <summary>
/// The Euclidean length over one axis: <c>y = clamp(round(q, u))</c>, q the largest integer with
/// <c>q^2 &lt;= 4^k * sum x^2</c>.
/// </summary>
/// <param name="X">Operand.</param>
/// <param name="Axis">The axis that is summed; it stays, with length 1.</param>
/// <param name="Bits">k, 0 to 30.</param>
/// <param name="Shift">u, 0 to 30.</param>
/// <param name="Result">Shape of the operand with 1 at the axis.</param>
public sealed record RootSumOperation(int X, int Axis, byte Bits, byte Shift, TensorType Result) : Operation(Result);
