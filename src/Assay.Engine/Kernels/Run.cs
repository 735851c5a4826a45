namespace Assay.Engine.Kernels;

/// <summary>
/// <paramref name="Pairs"/> pairs of consecutive operand elements, <paramref name="Offset"/> elements from a row's base: a kernel
/// row of a convolution, or the whole of a linear layer's K. An odd length is rounded up; the extra element meets a weight of 0.
/// </summary>
internal readonly record struct Run(int Offset, int Pairs);
