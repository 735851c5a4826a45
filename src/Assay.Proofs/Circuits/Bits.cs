using System.Numerics;

namespace Assay.Proofs.Circuits;

/// <summary>Counting bits.</summary>
public static class Bits
{
    /// <summary>The smallest b with <c>2^b &gt;= value</c>; value at least 1.</summary>
    public static int Ceiling(int value) => Ceiling((long)value);

    /// <summary>As above.</summary>
    public static int Ceiling(long value) => value <= 1 ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)(value - 1));
}
