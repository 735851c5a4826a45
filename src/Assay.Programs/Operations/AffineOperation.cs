using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary><c>y = clamp(round(x*w[c] + b[c], s[c]))</c>, c running over one axis.</summary>
/// <param name="X">Operand.</param>
/// <param name="Axis">The axis that channels run over; C is its length.</param>
/// <param name="Weights">Weight tensor [C] of i8 or i16.</param>
/// <param name="Bias">Weight tensor [C] of i32.</param>
/// <param name="Shifts">C shifts, each 0 to 30.</param>
/// <param name="Result">Shape of the operand.</param>
public sealed record AffineOperation(
    int X, int Axis, int Weights, int Bias, ImmutableArray<byte> Shifts, TensorType Result) : Operation(Result);
