using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Assay.Attestation;

/// <summary>
/// A statement of Intel's provisioning service: one object and its signature, ECDSA P-256 over the object's bytes as they stand.
/// Written out anew they'd be other bytes.
/// </summary>
/// <param name="Signed">The object's bytes.</param>
/// <param name="Signature">r then s.</param>
internal readonly record struct SignedStatement(ReadOnlyMemory<byte> Signed, ReadOnlyMemory<byte> Signature)
{
    private const int MaxDepth = 16;

    /// <summary>Reads <c>{"name":{…},"signature":"…"}</c>, strictly: no other member, none twice, nothing after it.</summary>
    /// <param name="utf8">The bytes, which the statement keeps a view of.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="read">Reads the object; null if it isn't in its form.</param>
    /// <param name="statement">Object and signature.</param>
    internal static T? TryRead<T>(ReadOnlyMemory<byte> utf8, string name, Func<JsonElement, T?> read, out SignedStatement statement)
        where T : class
    {
        statement = default;
        try
        {
            if (utf8.Length > CollateralSet.MaxItemLength || !Utf8.IsValid(utf8.Span))
            {
                return null;
            }

            using JsonDocument document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            JsonElement root = document.RootElement;
            JsonFields fields = new();
            JsonElement inner = fields.Object(root, name);
            byte[] signature = fields.Hex(root, "signature", 64);
            if (fields.Failed || root.GetPropertyCount() != 2 || !utf8.Span.Overlaps(JsonMarshal.GetRawUtf8Value(inner), out int offset))
            {
                return null;
            }

            statement = new SignedStatement(utf8.Slice(offset, JsonMarshal.GetRawUtf8Value(inner).Length), signature);
            return read(inner);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The framework's reader has no other way to say that text isn't JSON, or that a string has a lone surrogate.
            return null;
        }
    }
}
