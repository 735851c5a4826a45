namespace Assay.Programs;

/// <summary>Maximum over the window's real positions (padding never wins; each window has a real position).</summary>
/// <param name="X">Operand of shape [C,H,W].</param>
/// <param name="Pads">Each smaller than the kernel along its axis.</param>
/// <param name="Result">Shape [C,OH,OW] as for a convolution without dilation; the operand's range.</param>
public sealed record MaxPoolOperation(
    int X, int KernelY, int KernelX, int StrideY, int StrideX, Pads Pads, TensorType Result) : Operation(Result);
