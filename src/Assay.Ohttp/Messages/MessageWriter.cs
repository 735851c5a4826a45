using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Assay.Ohttp;

/// <summary>Writes a known-length message. What is written is the caller's own: a text that can't stand in a message is an error in the program.</summary>
internal sealed class MessageWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>In as few bytes as it fits in.</summary>
    internal void WriteNumber(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        (int length, ulong prefix) = value switch
        {
            < 1UL << 6 => (1, 0UL),
            < 1UL << 14 => (2, 1UL),
            < 1UL << 30 => (4, 2UL),
            < 1UL << 62 => (8, 3UL),
            _ => throw new ArgumentOutOfRangeException(nameof(value)),
        };
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value | prefix << (8 * length - 2));
        _buffer.Write(bytes[(8 - length)..]);
    }

    internal void WriteText(string text)
    {
        if (text.Any(static letter => letter is not ('\t' or (>= ' ' and < (char)0x7F))))
        {
            throw new ArgumentException("Only visible ASCII, spaces and tabs can stand there.", nameof(text));
        }

        WriteBytes(Encoding.ASCII.GetBytes(text));
    }

    internal void WriteFields(ImmutableArray<BinaryField> fields)
    {
        MessageWriter section = new();
        foreach (BinaryField field in fields)
        {
            if (!BinaryMessage.IsField(field.Name, field.Value))
            {
                throw new ArgumentException($"{field.Name} can't be a header field.", nameof(fields));
            }

            section.WriteText(field.Name);
            section.WriteText(field.Value);
        }

        WriteBytes(section._buffer.WrittenSpan);
    }

    /// <summary>Content, no trailers, padding.</summary>
    internal byte[] End(ReadOnlySpan<byte> content)
    {
        WriteBytes(content);
        WriteNumber(0);
        byte[] padded = new byte[BinaryMessage.PaddedLength(_buffer.WrittenCount)];
        _buffer.WrittenSpan.CopyTo(padded);
        return padded;
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteNumber((ulong)bytes.Length);
        _buffer.Write(bytes);
    }
}
