namespace Assay.Engine.Kernels;

/// <summary>Square roots of integers, rounded down.</summary>
internal static class IntegerRoot
{
    /// <summary>The largest integer whose square is at most the value.</summary>
    public static long Floor(UInt128 value)
    {
        if (value == 0)
        {
            return 0;
        }

        // One step of Newton's method from a root with fifty right bits is at most a few too large, and never too small.
        ulong root = (ulong)Math.Sqrt((double)value);
        root = (ulong)((root + (value / root)) >> 1);
        while ((UInt128)root * root > value)
        {
            root--;
        }

        return (long)root;
    }
}
