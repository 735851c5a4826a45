using System.Globalization;
using System.Numerics;

namespace Assay.Primitives.Cose;

/// <summary>The order n of P-256, and which of <c>s</c> and <c>n - s</c> a signature may carry.</summary>
internal static class P256Order
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        NumberStyles.AllowHexSpecifier,
        CultureInfo.InvariantCulture);

    /// <summary>floor(n / 2), big-endian: the largest s that isn't high.</summary>
    private static readonly byte[] Half = (Order / 2).ToByteArray(isUnsigned: true, isBigEndian: true);

    /// <summary>Whether <paramref name="s"/> (32 bytes, big-endian) is in the upper half.</summary>
    public static bool IsHigh(ReadOnlySpan<byte> s) => s.SequenceCompareTo(Half) > 0;

    /// <summary>Replaces a high <paramref name="s"/> (a public value below n) by <c>n - s</c>.</summary>
    public static void Normalise(Span<byte> s)
    {
        if (IsHigh(s))
        {
            BigInteger low = Order - new BigInteger(s, isUnsigned: true, isBigEndian: true);
            s.Clear();
            low.TryWriteBytes(s[(s.Length - low.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        }
    }
}
