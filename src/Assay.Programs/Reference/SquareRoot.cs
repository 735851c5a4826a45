namespace Assay.Programs;

internal static class SquareRoot
{
    /// <summary>The largest integer whose square is at most the value, bit by bit.</summary>
    public static ulong Floor(UInt128 value)
    {
        ulong root = 0;
        for (ulong bit = 1UL << 63; bit != 0; bit >>= 1)
        {
            ulong candidate = root | bit;
            if ((UInt128)candidate * candidate <= value)
            {
                root = candidate;
            }
        }

        return root;
    }
}
