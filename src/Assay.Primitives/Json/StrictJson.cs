using System.Text.Json;
using System.Text.Unicode;

namespace Assay.Primitives;

/// <summary>Strict reading of the JSON that strangers send (RFC 8259, and I-JSON's rules of RFC 7493): UTF-8, no member twice, bounded depth, no lone surrogates.</summary>
public static class StrictJson
{
    /// <summary>The root of a document, independent of the bytes; null if it isn't strict JSON, or is longer or deeper than it may be.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="maxLength">Most bytes.</param>
    /// <param name="maxDepth">Most levels.</param>
    public static JsonElement? TryParse(ReadOnlySpan<byte> utf8, int maxLength, int maxDepth)
    {
        if (utf8.Length > maxLength || !Utf8.IsValid(utf8))
        {
            return null;
        }

        try
        {
            JsonElement root = JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = maxDepth, AllowDuplicateProperties = false });
            TouchTexts(root);
            return root;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The framework's reader has no other way to say that text isn't JSON, or that a string has a lone surrogate.
            return null;
        }
    }

    // Lone surrogates are found only where a text is unescaped.
    private static void TouchTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    TouchTexts(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    _ = member.Name;
                    TouchTexts(member.Value);
                }

                break;
        }
    }
}
