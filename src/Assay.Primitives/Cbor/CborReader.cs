using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Assay.Primitives.Cbor;

/// <summary>
/// Reads deterministic CBOR (RFC 8949, section 4.2.1) strictly: shortest heads, definite lengths,
/// no floats, no tags, UTF-8 checked. Never throws on input; memory is bounded by the input's size.
/// </summary>
/// <remarks>
/// Errors are sticky: after the first one <see cref="Error"/> keeps its code, every read returns a
/// default (0, empty, false), headers return 0 and the position no longer moves. So a parser reads
/// straight on and looks at <see cref="Error"/> once, after <see cref="End"/>. A loop over a header's
/// count is bounded: a count that the remaining bytes can't hold is an error.
/// Map keys: the caller reads them in ascending order by <see cref="MapKey"/> and
/// <see cref="TryMapKey"/>, which makes repeated and unsorted keys errors; inside
/// <see cref="ReadRawItem"/> the order is checked for keys of any kind.
/// </remarks>
public ref struct CborReader
{
    /// <summary>How deep arrays and maps may nest inside one <see cref="ReadRawItem"/>.</summary>
    public const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _input;

    /// <summary>Starts at the first byte of <paramref name="input"/>.</summary>
    public CborReader(ReadOnlySpan<byte> input)
    {
        _input = input;
    }

    /// <summary>Number of bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>The first error's code (<see cref="CborErrors"/>), or null.</summary>
    public string? Error { get; private set; }

    /// <summary>Records an error of the caller's, unless there is one already.</summary>
    public void Fail(string code) => Error ??= code;

    /// <summary>The next item's kind, without reading it. Sets no error.</summary>
    public readonly CborKind Peek()
    {
        if (Error is not null || Position >= _input.Length)
        {
            return CborKind.None;
        }

        byte head = _input[Position];
        return (head >> 5) switch
        {
            0 => CborKind.UnsignedInteger,
            1 => CborKind.NegativeInteger,
            2 => CborKind.Bytes,
            3 => CborKind.Text,
            4 => CborKind.Array,
            5 => CborKind.Map,
            7 when head is 0xF4 or 0xF5 => CborKind.Boolean,
            7 when head is 0xF6 => CborKind.Null,
            _ => CborKind.None,
        };
    }

    /// <summary>An unsigned integer of up to 64 bits.</summary>
    public ulong ReadUInt() => ReadHead(0);

    /// <summary>An integer; <see cref="CborErrors.Range"/> if it doesn't fit 64 bits with sign.</summary>
    public long ReadInt()
    {
        bool negative = Peek() == CborKind.NegativeInteger;
        ulong argument = ReadHead(negative ? 1 : 0);
        if (argument > long.MaxValue)
        {
            Fail(CborErrors.Range);
            return 0;
        }

        return Error is not null ? 0 : negative ? -1 - (long)argument : (long)argument;
    }

    /// <summary>A byte string; a view of the input.</summary>
    public ReadOnlySpan<byte> ReadBytes() => ReadString(2);

    /// <summary>A byte string of exactly <paramref name="length"/> bytes, else <see cref="CborErrors.Length"/>.</summary>
    public ReadOnlySpan<byte> ReadBytes(int length)
    {
        ReadOnlySpan<byte> bytes = ReadString(2);
        if (bytes.Length != length)
        {
            Fail(CborErrors.Length);
            return default;
        }

        return bytes;
    }

    /// <summary>A byte string of 32 bytes.</summary>
    public Digest32 ReadDigest()
    {
        Digest32.TryFrom(ReadBytes(Digest32.Size), out Digest32 digest);
        return digest;
    }

    /// <summary>A text string as a string; empty after an error.</summary>
    public string ReadText() => Encoding.UTF8.GetString(ReadTextUtf8());

    /// <summary>A text string's UTF-8 bytes; a view of the input.</summary>
    public ReadOnlySpan<byte> ReadTextUtf8()
    {
        ReadOnlySpan<byte> text = ReadString(3);
        if (!Utf8.IsValid(text))
        {
            Fail(CborErrors.Utf8);
            return default;
        }

        return text;
    }

    /// <summary>An array's number of elements, which follow. Never more than the bytes that are left.</summary>
    public int ReadArrayHeader() => ReadCount(4, 1);

    /// <summary>The header of an array of exactly that many elements, else <see cref="CborErrors.Length"/>.</summary>
    public void ReadArrayHeader(int expected) => Expect(ReadArrayHeader(), expected);

    /// <summary>A map's number of pairs, which follow. Never more than half the bytes that are left.</summary>
    public int ReadMapHeader() => ReadCount(5, 2);

    /// <summary>The header of a map of exactly that many pairs, else <see cref="CborErrors.Length"/>.</summary>
    public void ReadMapHeader(int expected) => Expect(ReadMapHeader(), expected);

    /// <summary>The map key <paramref name="expected"/>, else <see cref="CborErrors.Key"/>.</summary>
    public void MapKey(ulong expected)
    {
        if (ReadUInt() != expected)
        {
            Fail(CborErrors.Key);
        }
    }

    /// <summary>Reads the map key if it is the one given; otherwise reads nothing and sets no error.</summary>
    public bool TryMapKey(ulong key)
    {
        CborReader ahead = this;
        if (ahead.Error is not null || ahead.ReadUInt() != key || ahead.Error is not null)
        {
            return false;
        }

        Position = ahead.Position;
        return true;
    }

    /// <summary>The value null.</summary>
    public void ReadNull() => ReadSimple(0xF6, 0xF6);

    /// <summary>True or false.</summary>
    public bool ReadBool() => ReadSimple(0xF4, 0xF5) == 0xF5;

    /// <summary>One whole item of any kind in the profile, checked in full; its bytes, as a view of the input.</summary>
    public ReadOnlySpan<byte> ReadRawItem()
    {
        int start = Position;
        SkipItem(MaxDepth);
        return Error is null ? _input[start..Position] : default;
    }

    /// <summary>Ends the reading: <see cref="CborErrors.TrailingData"/> if bytes are left.</summary>
    public void End()
    {
        if (Position != _input.Length)
        {
            Fail(CborErrors.TrailingData);
        }
    }

    private void SkipItem(int depthLeft)
    {
        switch (Peek())
        {
            case CborKind.UnsignedInteger:
                ReadHead(0);
                break;
            case CborKind.NegativeInteger:
                ReadHead(1);
                break;
            case CborKind.Bytes:
                ReadBytes();
                break;
            case CborKind.Text:
                ReadTextUtf8();
                break;
            case CborKind.Array or CborKind.Map when depthLeft == 0:
                Fail(CborErrors.Depth);
                break;
            case CborKind.Array:
                for (int left = ReadArrayHeader(); left > 0 && Error is null; left--)
                {
                    SkipItem(depthLeft - 1);
                }

                break;
            case CborKind.Map:
                SkipMap(ReadMapHeader(), depthLeft - 1);
                break;
            case CborKind.Boolean or CborKind.Null:
                Position++;
                break;
            default:
                Fail(Position >= _input.Length ? CborErrors.Truncated : CborErrors.Unsupported);
                break;
        }
    }

    private void SkipMap(int pairs, int depthLeft)
    {
        ReadOnlySpan<byte> previous = default;
        for (int i = 0; i < pairs && Error is null; i++)
        {
            int start = Position;
            SkipItem(depthLeft);
            ReadOnlySpan<byte> key = _input[start..Position];
            if (i > 0 && previous.SequenceCompareTo(key) >= 0)
            {
                Fail(CborErrors.KeyOrder);
            }

            previous = key;
            SkipItem(depthLeft);
        }
    }

    private byte ReadSimple(byte first, byte second)
    {
        if (!HasByte())
        {
            return 0;
        }

        byte head = _input[Position];
        if (head != first && head != second)
        {
            Fail(KindMismatch(head));
            return 0;
        }

        Position++;
        return head;
    }

    private ReadOnlySpan<byte> ReadString(int majorType)
    {
        ulong length = ReadHead(majorType);
        if (length > (ulong)(_input.Length - Position))
        {
            Fail(CborErrors.Truncated);
            return default;
        }

        ReadOnlySpan<byte> bytes = _input.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    private int ReadCount(int majorType, int bytesPerElement)
    {
        ulong count = ReadHead(majorType);
        if (count > (ulong)(_input.Length - Position) / (uint)bytesPerElement)
        {
            Fail(CborErrors.Truncated);
            return 0;
        }

        return (int)count;
    }

    private void Expect(int count, int expected)
    {
        if (count != expected)
        {
            Fail(CborErrors.Length);
        }
    }

    /// <summary>The argument of a head of that major type; 0 after an error.</summary>
    private ulong ReadHead(int majorType)
    {
        if (!HasByte())
        {
            return 0;
        }

        byte head = _input[Position];
        if (head >> 5 != majorType)
        {
            Fail(KindMismatch(head));
            return 0;
        }

        int additional = head & 0x1F;
        if (additional < 24)
        {
            Position++;
            return (ulong)additional;
        }

        if (additional > 27)
        {
            Fail(CborErrors.Unsupported);
            return 0;
        }

        int size = 1 << (additional - 24);
        ReadOnlySpan<byte> rest = _input[(Position + 1)..];
        if (rest.Length < size)
        {
            Fail(CborErrors.Truncated);
            return 0;
        }

        (ulong value, ulong least) = size switch
        {
            1 => (rest[0], 24UL),
            2 => (BinaryPrimitives.ReadUInt16BigEndian(rest), 1UL << 8),
            4 => (BinaryPrimitives.ReadUInt32BigEndian(rest), 1UL << 16),
            _ => (BinaryPrimitives.ReadUInt64BigEndian(rest), 1UL << 32),
        };
        if (value < least)
        {
            Fail(CborErrors.NonShortest);
            return 0;
        }

        Position += 1 + size;
        return value;
    }

    private bool HasByte()
    {
        if (Error is null && Position >= _input.Length)
        {
            Fail(CborErrors.Truncated);
        }

        return Error is null;
    }

    private static string KindMismatch(byte head) =>
        head >> 5 == 6 || (head >> 5 == 7 && head is not (0xF4 or 0xF5 or 0xF6))
            ? CborErrors.Unsupported
            : CborErrors.Type;
}
