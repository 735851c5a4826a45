using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary><c>y[..,n] = clamp(round(b[n] + sum_k W[n,k]*x[..,k], s[n]))</c>.</summary>
/// <param name="X">Operand of shape [..,K].</param>
/// <param name="Weights">Weight tensor [N,K] of i8 or i16.</param>
/// <param name="Bias">Weight tensor [N] of i32.</param>
/// <param name="Shifts">N shifts, each 0 to 30.</param>
/// <param name="TwoLimbs">The accumulator rule holds for each limb of <see cref="AccumulatorRule.Split"/> instead of the whole weights.</param>
/// <param name="Result">Shape [..,N].</param>
public sealed record LinearOperation(
    int X, int Weights, int Bias, ImmutableArray<byte> Shifts, bool TwoLimbs, TensorType Result) : Operation(Result);
