using System.Collections.Immutable;
using System.Text;

namespace Assay.Ohttp;

/// <summary>Reads a known-length message in order. After the first thing that's wrong everything reads as empty.</summary>
internal ref struct MessageReader(ReadOnlyMemory<byte> message)
{
    private ReadOnlyMemory<byte> _rest = message;

    internal bool Failed { get; private set; }

    internal void Expect(bool holds) => Failed |= !holds;

    /// <summary>A number of 1, 2, 4 or 8 bytes (RFC 9000, section 16).</summary>
    internal ulong ReadNumber()
    {
        ReadOnlySpan<byte> rest = _rest.Span;
        int length = rest.IsEmpty ? 1 : 1 << (rest[0] >> 6);
        if (Failed || rest.Length < length)
        {
            Failed = true;
            return 0;
        }

        ulong value = (ulong)rest[0] & 0x3F;
        for (int i = 1; i < length; i++)
        {
            value = value << 8 | rest[i];
        }

        _rest = _rest[length..];
        return value;
    }

    internal ReadOnlyMemory<byte> ReadBytes(int maxLength)
    {
        ulong length = ReadNumber();
        if (Failed || length > (ulong)maxLength || length > (ulong)_rest.Length)
        {
            Failed = true;
            return default;
        }

        ReadOnlyMemory<byte> bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }

    /// <summary>Visible ASCII, spaces and tabs.</summary>
    internal string ReadText(int maxLength)
    {
        ReadOnlySpan<byte> bytes = ReadBytes(maxLength).Span;
        foreach (byte letter in bytes)
        {
            Expect(letter is (byte)'\t' or (>= (byte)' ' and < 0x7F));
        }

        return Failed ? "" : Encoding.ASCII.GetString(bytes);
    }

    internal ImmutableArray<BinaryField> ReadFields()
    {
        MessageReader section = new(ReadBytes(BinaryMessage.MaxFieldSection));
        ImmutableArray<BinaryField>.Builder fields = ImmutableArray.CreateBuilder<BinaryField>();
        while (!Failed && !section._rest.IsEmpty)
        {
            BinaryField field = new(section.ReadText(BinaryMessage.MaxFieldSection), section.ReadText(BinaryMessage.MaxFieldSection));
            Expect(!section.Failed && BinaryMessage.IsField(field.Name, field.Value) && fields.Count < BinaryMessage.MaxFields);
            fields.Add(field);
        }

        return Failed ? [] : fields.ToImmutable();
    }

    /// <summary>
    /// Content, no trailers, and padding of zeros. Empty sections at the end may be missing (RFC 9292, section 3.8).
    /// </summary>
    internal ReadOnlyMemory<byte> ReadEnd(int maxContent)
    {
        ReadOnlyMemory<byte> content = _rest.IsEmpty ? default : ReadBytes(maxContent);
        Expect(_rest.IsEmpty || ReadNumber() == 0);
        Expect(!_rest.Span.ContainsAnyExcept((byte)0));
        return content;
    }
}
