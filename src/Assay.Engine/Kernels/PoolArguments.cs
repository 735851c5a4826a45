namespace Assay.Engine.Kernels;

/// <summary>A pool over images with channels last, without padding in memory: windows are cut to the image.</summary>
internal unsafe struct PoolArguments
{
    /// <summary>Operand and result of item 0.</summary>
    public short* X;
    public short* Y;

    public int Channels;
    public int Height;
    public int Width;
    public int OutHeight;
    public int OutWidth;
    public int KernelY;
    public int KernelX;
    public int StrideY;
    public int StrideX;
    public int PadTop;
    public int PadLeft;

    /// <summary>Average pool: one multiplier per number of real positions (index 0 is not used), or, where padding counts, the
    /// same one at every index.</summary>
    public int* Multipliers;

    /// <summary>Average pool.</summary>
    public int Rounding;
    public int Shift;
    public short Lo;
    public short Hi;
}
