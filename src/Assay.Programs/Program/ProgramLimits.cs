namespace Assay.Programs;

/// <summary>
/// Limits of every program, whoever made it: they bound the memory and time that reading, checking and running
/// a hostile program can cost. All are part of the format (spec/program.md, Limits).
/// </summary>
public static class ProgramLimits
{
    /// <summary>Bytes of an encoded program.</summary>
    public const int ProgramBytes = 1 << 24;

    /// <summary>Axes of a shape.</summary>
    public const int Rank = 8;

    /// <summary>Elements per item, over all values of a program together.</summary>
    public const int TotalElements = 1 << 26;

    /// <summary>Bytes of the weights blob.</summary>
    public const int WeightBytes = 1 << 30;

    /// <summary>Entries, over all tables of a program together.</summary>
    public const int TableEntries = 1 << 22;

    /// <summary>Multiply-adds (or comparisons, look-ups) per item.</summary>
    public const long Work = 1L << 40;

    /// <summary>Kernel extents, strides, dilations, pads and the magnitudes of a slice's steps.</summary>
    public const int WindowParameter = 65535;

    /// <summary>Positions of a pool's window.</summary>
    public const int PoolArea = 1 << 20;

    /// <summary>Largest shift of a rounding; a larger one breaks the accumulator rule by its rounding constant alone.</summary>
    public const int Shift = 30;

    /// <summary>Bits of a softmax's reciprocal: products stay exact in int64 and in binary64.</summary>
    public const int ReciprocalBits = 46;

    /// <summary>Bits of a normalisation's reciprocal root: products stay exact in int64.</summary>
    public const int RootBits = 62;

    /// <summary>What sums of squares and dividends may reach in 64 bits: 2^62, so that rounding can't overflow.</summary>
    public const long WideMagnitude = 1L << 62;

    /// <summary>Places that an axis may have whose places are results.</summary>
    public const int IndexedLength = 32768;

    /// <summary>Operands of a concatenation.</summary>
    public const int ConcatOperands = 1024;

    /// <summary>UTF-8 bytes of a name.</summary>
    public const int NameBytes = 256;

    public const int Inputs = 64;
    public const int Outputs = 64;
    public const int WeightTensors = 8192;
    public const int Tables = 4096;
    public const int Operations = 4096;
}
