using System.Buffers.Binary;
using System.Text;

namespace Assay.Primitives.Cbor;

/// <summary>
/// Writes deterministic CBOR (RFC 8949, section 4.2.1) into a buffer that grows and is kept by
/// <see cref="Reset"/>, so that a reused writer allocates nothing.
/// </summary>
/// <remarks>
/// The writer makes shortest heads. Writing as many elements as a header says, and map keys in
/// ascending bytewise order, is the caller's part: they are known when the code is written, and
/// <see cref="CborReader"/> refuses anything else. Not thread-safe.
/// </remarks>
public sealed class CborWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private byte[] _buffer;
    private int _length;

    /// <summary>An empty writer with room for <paramref name="capacity"/> bytes.</summary>
    public CborWriter(int capacity = 256)
    {
        _buffer = new byte[capacity];
    }

    /// <summary>What has been written so far; valid until the next write or reset.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Reset() => _length = 0;

    /// <summary>A fresh array of what was written.</summary>
    public byte[] ToArray() => Written.ToArray();

    /// <summary>An unsigned integer.</summary>
    public void WriteUInt(ulong value) => WriteHead(0, value);

    /// <summary>An integer.</summary>
    public void WriteInt(long value)
    {
        if (value < 0)
        {
            WriteHead(1, (ulong)(-1 - value));
        }
        else
        {
            WriteHead(0, (ulong)value);
        }
    }

    /// <summary>A byte string.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteHead(2, (ulong)value.Length);
        WriteRaw(value);
    }

    /// <summary>A text string.</summary>
    /// <exception cref="EncoderFallbackException">The string has a lone surrogate, so it isn't text.</exception>
    public void WriteText(ReadOnlySpan<char> value)
    {
        int size = StrictUtf8.GetByteCount(value);
        WriteHead(3, (ulong)size);
        StrictUtf8.GetBytes(value, Reserve(size));
    }

    /// <summary>The header of an array; that many items must follow.</summary>
    public void WriteArrayHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        WriteHead(4, (ulong)count);
    }

    /// <summary>The header of a map; that many pairs must follow, keys ascending.</summary>
    public void WriteMapHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        WriteHead(5, (ulong)count);
    }

    /// <summary>The value null.</summary>
    public void WriteNull() => Reserve(1)[0] = 0xF6;

    /// <summary>True or false.</summary>
    public void WriteBool(bool value) => Reserve(1)[0] = value ? (byte)0xF5 : (byte)0xF4;

    /// <summary>Bytes that are CBOR already, as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> encoded) => encoded.CopyTo(Reserve(encoded.Length));

    private void WriteHead(int majorType, ulong argument)
    {
        byte type = (byte)(majorType << 5);
        if (argument < 24)
        {
            Reserve(1)[0] = (byte)(type | (int)argument);
        }
        else if (argument <= byte.MaxValue)
        {
            Span<byte> head = Reserve(2);
            head[0] = (byte)(type | 24);
            head[1] = (byte)argument;
        }
        else if (argument <= ushort.MaxValue)
        {
            Span<byte> head = Reserve(3);
            head[0] = (byte)(type | 25);
            BinaryPrimitives.WriteUInt16BigEndian(head[1..], (ushort)argument);
        }
        else if (argument <= uint.MaxValue)
        {
            Span<byte> head = Reserve(5);
            head[0] = (byte)(type | 26);
            BinaryPrimitives.WriteUInt32BigEndian(head[1..], (uint)argument);
        }
        else
        {
            Span<byte> head = Reserve(9);
            head[0] = (byte)(type | 27);
            BinaryPrimitives.WriteUInt64BigEndian(head[1..], argument);
        }
    }

    private Span<byte> Reserve(int size)
    {
        int needed = checked(_length + size);
        if (needed > _buffer.Length)
        {
            long doubled = Math.Min(2L * _buffer.Length, Array.MaxLength);
            Array.Resize(ref _buffer, (int)Math.Max(needed, doubled));
        }

        Span<byte> free = _buffer.AsSpan(_length, size);
        _length = needed;
        return free;
    }
}
