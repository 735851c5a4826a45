namespace Assay.Programs;

/// <summary>The rounding and clamping that every operation shares.</summary>
public static class FixedPoint
{
    /// <summary>Round half up: <c>floor((value + 2^(shift-1)) / 2^shift)</c>, and the value itself for shift 0.</summary>
    public static long Round(long value, int shift) =>
        shift == 0 ? value : (value + (1L << (shift - 1))) >> shift;

    /// <summary>The nearest integer in the type's range.</summary>
    public static short Clamp(long value, TensorType type) =>
        value < type.Lo ? type.Lo : value > type.Hi ? type.Hi : (short)value;
}
