namespace Assay.Engine.Kernels;

/// <summary>Two int16 in the 32-bit lane that a vector of int16 is broadcast from.</summary>
internal static class Both
{
    /// <summary>The same value in both halves.</summary>
    public static int Of(short value) => Of(value, value);

    /// <summary><paramref name="low"/> in the even elements, <paramref name="high"/> in the odd ones.</summary>
    public static int Of(short low, short high) => (ushort)low | (high << 16);
}
