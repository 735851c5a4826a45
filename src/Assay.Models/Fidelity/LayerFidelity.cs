namespace Assay.Models.Fidelity;

/// <summary>One step of the program that has a scale of its own.</summary>
/// <param name="Name">The ONNX node or input.</param>
/// <param name="Operator">The ONNX operators, joined by +.</param>
/// <param name="WeightBits">Bits that the weights need; null without weights.</param>
/// <param name="ResultBits">Bits of the result's range.</param>
/// <param name="Limbs">Limbs of the accumulator; null without weights.</param>
/// <param name="SaturatedElements">On the calibration set, as in <see cref="SetFidelity"/>.</param>
/// <param name="Reason">Why these widths.</param>
/// <param name="MeanRelativeError">
/// sum |exact - float| / sum |float| of this value on the calibration set: all errors up to here. Null in statements made
/// before layers were measured.
/// </param>
public sealed record LayerFidelity(
    string Name, string Operator, int? WeightBits, int ResultBits, int? Limbs, long SaturatedElements, string Reason, double? MeanRelativeError = null);
