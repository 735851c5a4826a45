using System.Buffers;
using System.Numerics;

namespace Assay.Ohttp;

/// <summary>Bounds of Binary HTTP messages, and how they are padded.</summary>
public static class BinaryMessage
{
    /// <summary>Header fields of one message.</summary>
    public const int MaxFields = 100;

    /// <summary>Bytes of a header section.</summary>
    public const int MaxFieldSection = 65536;

    /// <summary>The shortest message after padding.</summary>
    public const int MinPadded = 1024;

    internal const int MaxMethod = 16;
    internal const int MaxAuthority = 512;
    internal const int MaxPath = 8192;

    private static readonly SearchValues<char> Token = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    private static readonly SearchValues<char> LowerToken = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// The length that a message of <paramref name="length"/> bytes is padded to: at least <see cref="MinPadded"/>, and else the next with
    /// so few leading bits that it says no more than the logarithm's logarithm (PADMÉ; at most 12% longer).
    /// </summary>
    public static long PaddedLength(long length)
    {
        if (length <= MinPadded)
        {
            return MinPadded;
        }

        int exponent = BitOperations.Log2((ulong)length);
        int kept = BitOperations.Log2((ulong)exponent) + 1;
        long mask = (1L << (exponent - kept)) - 1;
        return (length + mask) & ~mask;
    }

    internal static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Token);

    /// <summary>A field that can stand in any version of HTTP: nothing in it ends a line.</summary>
    internal static bool IsField(string name, string value) =>
        name.Length > 0 && !name.AsSpan().ContainsAnyExcept(LowerToken) && value.All(static letter => letter is '\t' or (>= ' ' and < (char)0x7F));
}
