namespace Assay.Programs;

/// <summary>
/// Over the last axis: <c>mx = max x, e_i = T[mx - x_i], S = sum e, R = floor(2^k / S), y_i = clamp(round(e_i*R, u))</c>.
/// </summary>
/// <param name="X">Operand.</param>
/// <param name="Table">Table with one entry per integer of the operand's range; entries 0 to 32767, the first at least 1.</param>
/// <param name="ReciprocalBits">k, at most 46. Products e_i*R are at most 2^k.</param>
/// <param name="Shift">u, at most k.</param>
/// <param name="Result">Shape of the operand.</param>
public sealed record SoftmaxOperation(int X, int Table, byte ReciprocalBits, byte Shift, TensorType Result) : Operation(Result);
