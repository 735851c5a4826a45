using System.Collections.Immutable;

namespace Assay.Programs;

/// <summary>Two-dimensional convolution (cross-correlation, as ONNX has it) over an image; padding reads 0.</summary>
/// <param name="X">Operand of shape [C,H,W].</param>
/// <param name="Weights">Weight tensor [M,C/groups,kh,kw] of i8 or i16.</param>
/// <param name="Bias">Weight tensor [M] of i32.</param>
/// <param name="Shifts">M shifts, each 0 to 30.</param>
/// <param name="Pads">Positions that read 0 around the image.</param>
/// <param name="Groups">Divides C and M; output channel m reads the input channels of group m / (M/groups).</param>
/// <param name="TwoLimbs">As for <see cref="LinearOperation"/>.</param>
/// <param name="Result">Shape [M,OH,OW], <c>OH = floor((H + top + bottom - dilationY*(kh-1) - 1) / strideY) + 1</c>.</param>
public sealed record ConvOperation(
    int X,
    int Weights,
    int Bias,
    ImmutableArray<byte> Shifts,
    int StrideY,
    int StrideX,
    int DilationY,
    int DilationX,
    Pads Pads,
    int Groups,
    bool TwoLimbs,
    TensorType Result) : Operation(Result);
