using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Assay.Evm;

/// <summary>Ethereum's recursive length prefix (Yellow Paper, appendix B). Every item has one encoding, and only that is read.</summary>
public static class Rlp
{
    /// <summary>How deep lists may lie in lists when they are read.</summary>
    public const int MaxDepth = 8;

    private const int Short = 55;
    private const byte BytesTag = 0x80;
    private const byte ListTag = 0xc0;

    /// <summary>The encoding.</summary>
    public static byte[] Encode(RlpItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (item.IsList)
        {
            byte[] content = [.. item.Items.SelectMany(Encode)];
            return [.. Header(ListTag, content.Length), .. content];
        }

        ReadOnlySpan<byte> bytes = item.Bytes.Span;
        return bytes.Length == 1 && bytes[0] < BytesTag ? [bytes[0]] : [.. Header(BytesTag, bytes.Length), .. bytes];
    }

    /// <summary>Reads one item that is all of the bytes; false for anything that <see cref="Encode"/> wouldn't give. The item refers to <paramref name="bytes"/>.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out RlpItem? item)
    {
        item = Read(bytes, MaxDepth, out int length);
        item = length == bytes.Length ? item : null;
        return item is not null;
    }

    private static byte[] Header(byte tag, int length)
    {
        if (length <= Short)
        {
            return [(byte)(tag + length)];
        }

        ReadOnlySpan<byte> number = RlpItem.Number(length).Bytes.Span;
        return [(byte)(tag + Short + number.Length), .. number];
    }

    private static RlpItem? Read(ReadOnlyMemory<byte> bytes, int depth, out int length)
    {
        length = 0;
        if (bytes.IsEmpty || depth == 0 || !TryReadHeader(bytes.Span, out bool isList, out int start, out int size))
        {
            return null;
        }

        length = start + size;
        ReadOnlyMemory<byte> content = bytes.Slice(start, size);
        if (!isList)
        {
            return RlpItem.From(content);
        }

        ImmutableArray<RlpItem>.Builder items = ImmutableArray.CreateBuilder<RlpItem>();
        while (!content.IsEmpty)
        {
            if (Read(content, depth - 1, out int taken) is not { } item)
            {
                return null;
            }

            items.Add(item);
            content = content[taken..];
        }

        return RlpItem.List(items.ToArray());
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out bool isList, out int start, out int size)
    {
        byte first = bytes[0];
        isList = first >= ListTag;
        (start, size) = (0, 1);
        if (first < BytesTag)
        {
            return true;
        }

        int length = first - (isList ? ListTag : BytesTag);
        int digits = Math.Max(0, length - Short);
        start = 1 + digits;
        if (digits > sizeof(int) || start > bytes.Length)
        {
            return false;
        }

        long value = digits == 0 ? length : 0;
        foreach (byte digit in bytes[1..start])
        {
            value = (value << 8) | digit;
        }

        // The long form only for what the short one can't say, without leading zeros; a small byte is its own encoding.
        bool canonical = digits == 0 ? isList || value != 1 || (bytes.Length > 1 && bytes[1] >= BytesTag) : value > Short && bytes[1] != 0;
        size = (int)Math.Min(value, int.MaxValue);
        return canonical && value <= bytes.Length - start;
    }
}
