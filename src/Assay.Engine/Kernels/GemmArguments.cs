namespace Assay.Engine.Kernels;

/// <summary>
/// One linear layer, or one group of a convolution, as a matrix product: a <i>row</i> is one output position (of one item), a
/// column one output channel. Channels are cut into panels of <c>2 * Lanes</c>. Offsets and strides count int16 elements.
/// </summary>
internal unsafe struct GemmArguments
{
    /// <summary>Operand of item 0.</summary>
    public short* X;
    public nint XItemStride;

    /// <summary>Result of item 0.</summary>
    public short* Y;
    public nint YItemStride;

    /// <summary>Rows per item, and where each begins in the operand and in the result.</summary>
    public int Rows;
    public int* XOffsets;
    public int* YOffsets;

    public Run* Runs;
    public int RunCount;

    /// <summary>Panels of weights: per pair of K, one 32-bit lane (two weights) per channel, in split order; for two limbs the
    /// low limbs' vectors before the high limbs'.</summary>
    public int* Weights;

    /// <summary>32-bit integers per panel of <see cref="Weights"/>.</summary>
    public nint PanelStride;

    /// <summary>Per panel, in split order: bias plus rounding constant.</summary>
    public int* Bias;

    /// <summary>Per panel, in split order: right shift.</summary>
    public int* Shifts;

    public int Channels;

    /// <summary>Whether the last panel is a half: one vector per pair of K, of weights, biases and shifts in memory order.</summary>
    public bool HasHalf;

    /// <summary>Whether weights are two limbs that join in 32 bits: panels have <c>Lanes</c> channels in memory order, low limbs
    /// and high limbs by turns, and <see cref="Shifts"/> are less by 8.</summary>
    public bool JoinsInVectors;

    /// <summary>Null, or the end of the rows that are computed: results up to here may be overwritten by what a panel in part
    /// writes behind a row, because they are written later.</summary>
    public short* Stop;

    /// <summary>The result's range.</summary>
    public short Lo;
    public short Hi;
}
