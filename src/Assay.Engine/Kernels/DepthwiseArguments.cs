namespace Assay.Engine.Kernels;

/// <summary>
/// A convolution in which every channel has its own kernel. A row of the result is cut into <i>periods</i>: a pixel's channels, or,
/// where pixels are beside each other in the operand as they are in the result, as many pixels as fill whole vectors. All periods
/// have the same weights. Offsets and strides count int16 elements.
/// </summary>
internal unsafe struct DepthwiseArguments
{
    /// <summary>Operand of item 0, channels last, with its padding.</summary>
    public short* X;
    public nint XItemStride;

    /// <summary>From the operand of one row of the result to that of the next.</summary>
    public nint XRowStride;

    /// <summary>Result of item 0, channels last; items follow each other without a gap.</summary>
    public short* Y;

    /// <summary>Rows of the result per item, and elements of each.</summary>
    public int Rows;
    public int RowLength;

    /// <summary>Elements of a period in the result, the operand's step from one period to the next, and blocks of
    /// <c>2 * Lanes</c> elements that a period has, the last one perhaps in part.</summary>
    public int Period;
    public int XStep;
    public int Blocks;

    /// <summary>Where the taps are, from the beginning of the window; an even number of them.</summary>
    public int* Taps;
    public int TapPairs;

    /// <summary>Per block and pair of taps: one 32-bit lane (two weights) per element, in split order; for two limbs the low
    /// limbs' vectors before the high limbs'.</summary>
    public int* Weights;

    /// <summary>Whether weights are in two limbs; <see cref="Shifts"/> are less by 8 then.</summary>
    public bool TwoLimbs;

    /// <summary>Per element of a period, in split order: bias plus rounding constant.</summary>
    public int* Bias;

    /// <summary>Per element of a period, in split order: right shift.</summary>
    public int* Shifts;

    /// <summary>The result's range.</summary>
    public short Lo;
    public short Hi;
}
