using System.Buffers;

namespace Assay.Primitives;

/// <summary>Hexadecimal text of an exact length.</summary>
internal static class Hex
{
    /// <summary>Fills <paramref name="destination"/> from exactly twice as many digits of either case.</summary>
    public static bool TryDecode(ReadOnlySpan<char> hex, Span<byte> destination) =>
        hex.Length == destination.Length * 2
        && Convert.FromHexString(hex, destination, out _, out _) == OperationStatus.Done;
}
