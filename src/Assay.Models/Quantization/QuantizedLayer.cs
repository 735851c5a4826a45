using Assay.Models.Graph;

namespace Assay.Models.Quantization;

/// <summary>One operation of the program as the report describes it.</summary>
/// <param name="Name">The ONNX node.</param>
/// <param name="Operator">The ONNX operator.</param>
/// <param name="Node">The float value that the program's value stands for.</param>
/// <param name="Value">The program's value that holds the result.</param>
/// <param name="WeightBits">Bits of the weights, 0 if there are none.</param>
/// <param name="ResultBits">Bits that the result's range needs.</param>
/// <param name="Limbs">Accumulator limbs: 0 without weights, 1 or 2.</param>
/// <param name="LowIsIntended">Whether reaching the lower end is the function's own bound (Relu), not saturation.</param>
/// <param name="HighIsIntended">The same for the upper end.</param>
/// <param name="Reason">Why these widths.</param>
internal sealed record QuantizedLayer(
    string Name, string Operator, FloatNode Node, QuantizedValue Value, int WeightBits, int ResultBits, int Limbs, bool LowIsIntended, bool HighIsIntended, string Reason);
