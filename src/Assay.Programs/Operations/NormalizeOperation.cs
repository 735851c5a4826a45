namespace Assay.Programs;

/// <summary>
/// Every row of the last axis over its length, as layer and root-mean-square normalisation have it: with
/// <c>d_i = n*x_i - sum x</c> (centred) or <c>d_i = x_i</c>, <c>V = e + sum d_i^2</c> and r the largest integer with
/// <c>r^2 * V &lt;= 2^(2k)</c>: <c>y_i = clamp(round(d_i*r, u))</c>.
/// </summary>
/// <param name="X">Operand of shape [..,n].</param>
/// <param name="Center">Whether the mean is taken off first.</param>
/// <param name="Epsilon">e, at least 1.</param>
/// <param name="RootBits">k, 0 to 62.</param>
/// <param name="Shift">u, at most k.</param>
/// <param name="Result">Shape of the operand.</param>
public sealed record NormalizeOperation(
    int X, bool Center, long Epsilon, byte RootBits, byte Shift, TensorType Result) : Operation(Result);
