namespace Assay.Engine.Kernels;

/// <summary>A convolution in which every channel has its own kernel. Offsets and strides count int16 elements.</summary>
internal unsafe struct DepthwiseArguments
{
    /// <summary>Operand of item 0, channels last, with its padding.</summary>
    public short* X;
    public nint XItemStride;

    /// <summary>Result of item 0, channels last; items follow each other without a gap.</summary>
    public short* Y;

    /// <summary>Output positions per item, and where each one's window begins in the operand.</summary>
    public int Rows;
    public int* XOffsets;

    /// <summary>Where the taps are, from the beginning of the window; an even number of them.</summary>
    public int* Taps;
    public int TapPairs;

    /// <summary>Per block of <c>2 * Lanes</c> channels and pair of taps: one 32-bit lane (two weights) per channel, in split order.</summary>
    public int* Weights;

    /// <summary>Per channel, in split order: bias plus rounding constant.</summary>
    public int* Bias;

    /// <summary>Per channel, in split order: right shift.</summary>
    public int* Shifts;

    public int Channels;

    /// <summary>The result's range.</summary>
    public short Lo;
    public short Hi;
}
