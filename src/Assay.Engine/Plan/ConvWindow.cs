namespace Assay.Engine.Plan;

/// <summary>The geometry of a convolution.</summary>
internal sealed record ConvWindow(
    ImageShape Image,
    int OutWidth,
    int KernelY,
    int KernelX,
    int StrideY,
    int StrideX,
    int DilationY,
    int DilationX,
    int PadTop,
    int PadLeft);
