using System.Collections.Immutable;

namespace Assay.Ohttp;

/// <summary>An HTTP request as a known-length Binary HTTP message (RFC 9292), without trailers.</summary>
public sealed record BinaryRequest
{
    /// <summary>In upper case.</summary>
    public required string Method { get; init; }

    /// <summary><c>https</c> or <c>http</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Host and port; may be empty.</summary>
    public required string Authority { get; init; }

    /// <summary>Path and query; begins with a slash.</summary>
    public required string Path { get; init; }

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
    public static BinaryRequest? TryDecode(ReadOnlyMemory<byte> bytes, int maxContent)
    {
        MessageReader reader = new(bytes);
        reader.Expect(reader.ReadNumber() == 0);
        string method = reader.ReadText(BinaryMessage.MaxMethod);
        string scheme = reader.ReadText(BinaryMessage.MaxMethod);
        string authority = reader.ReadText(BinaryMessage.MaxAuthority);
        string path = reader.ReadText(BinaryMessage.MaxPath);
        reader.Expect(BinaryMessage.IsToken(method) && scheme is "https" or "http" && path.StartsWith('/'));
        ImmutableArray<BinaryField> fields = reader.ReadFields();
        ReadOnlyMemory<byte> content = reader.ReadEnd(maxContent);
        return reader.Failed ? null : new BinaryRequest { Method = method, Scheme = scheme, Authority = authority, Path = path, Fields = fields, Content = content };
    }

    /// <summary>The message's bytes, with zeros after it up to a length that says little about it.</summary>
    public byte[] Encode()
    {
        MessageWriter writer = new();
        writer.WriteNumber(0);
        writer.WriteText(Method);
        writer.WriteText(Scheme);
        writer.WriteText(Authority);
        writer.WriteText(Path);
        writer.WriteFields(Fields);
        return writer.End(Content.Span);
    }
}
