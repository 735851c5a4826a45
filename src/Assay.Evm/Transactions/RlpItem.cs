using System.Collections.Immutable;
using System.Numerics;

namespace Assay.Evm;

/// <summary>Bytes, or a list of such items (Ethereum's recursive length prefix).</summary>
public sealed class RlpItem
{
    private RlpItem(ReadOnlyMemory<byte> bytes, ImmutableArray<RlpItem> items) => (Bytes, Items) = (bytes, items);

    /// <summary>The bytes; empty for a list.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The list's items; <c>default</c> for bytes.</summary>
    public ImmutableArray<RlpItem> Items { get; }

    /// <summary>Whether it is a list.</summary>
    public bool IsList => !Items.IsDefault;

    /// <summary>Bytes.</summary>
    public static RlpItem From(ReadOnlyMemory<byte> bytes) => new(bytes, default);

    /// <summary>A list.</summary>
    public static RlpItem List(params ReadOnlySpan<RlpItem> items) => new(default, items.ToImmutableArray());

    /// <summary>A number: big-endian, without leading zeros; 0 is no bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static RlpItem Number(BigInteger number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return From(number.IsZero ? default : number.ToByteArray(isUnsigned: true, isBigEndian: true));
    }

    /// <summary>The number that the bytes are; false for a list, a leading zero, or more than <paramref name="most"/> bytes.</summary>
    public bool TryNumber(int most, out BigInteger number)
    {
        bool plain = !IsList && Bytes.Length <= most && (Bytes.IsEmpty || Bytes.Span[0] != 0);
        number = plain ? new BigInteger(Bytes.Span, isUnsigned: true, isBigEndian: true) : default;
        return plain;
    }
}
