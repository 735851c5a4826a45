using System.Collections.Immutable;

namespace Assay.Ohttp;

/// <summary>An HTTP response as a known-length Binary HTTP message (RFC 9292), without trailers and without informational responses before it.</summary>
public sealed record BinaryResponse
{
    /// <summary>200 to 599.</summary>
    public required int Status { get; init; }

    /// <summary>Header fields, at most <see cref="BinaryMessage.MaxFields"/>.</summary>
    public ImmutableArray<BinaryField> Fields { get; init; } = [];

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The first value of a header field; null if there is none.</summary>
    public string? Field(string name) => Fields.FirstOrDefault(field => field.Name == name)?.Value;

    /// <summary>Reads a message: what isn't of the strict form is refused.</summary>
    /// <param name="bytes">The message with any padding; the content is a view of it.</param>
    /// <param name="maxContent">The longest body.</param>
    /// <returns>Null if it's refused (<see cref="OhttpErrors.Message"/>).</returns>
    public static BinaryResponse? TryDecode(ReadOnlyMemory<byte> bytes, int maxContent)
    {
        MessageReader reader = new(bytes);
        reader.Expect(reader.ReadNumber() == 1);
        int status = (int)Math.Min(reader.ReadNumber(), int.MaxValue);
        reader.Expect(status is >= 200 and <= 599);
        ImmutableArray<BinaryField> fields = reader.ReadFields();
        ReadOnlyMemory<byte> content = reader.ReadEnd(maxContent);
        return reader.Failed ? null : new BinaryResponse { Status = status, Fields = fields, Content = content };
    }

    /// <summary>The message's bytes, with zeros after it up to a length that says little about it.</summary>
    public byte[] Encode()
    {
        MessageWriter writer = new();
        writer.WriteNumber(1);
        writer.WriteNumber((ulong)Status);
        writer.WriteFields(Fields);
        return writer.End(Content.Span);
    }
}
