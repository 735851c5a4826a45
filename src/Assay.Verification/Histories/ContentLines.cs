using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Verification;

/// <summary>Contents as lines to be compared: what people wrote, line by line; of JSON one value a line.</summary>
internal static class ContentLines
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n", MaxDepth = ChatLimits.Depth + 2 };

    /// <summary>Of a system prompt: each message's role, then its text.</summary>
    internal static IReadOnlyList<string> OfPrompt(IEnumerable<string> messages)
    {
        List<string> lines = [];
        foreach (string raw in messages)
        {
            if (Parse(raw) is not { ValueKind: JsonValueKind.Object } message)
            {
                lines.AddRange(raw.Split('\n'));
                continue;
            }

            lines.Add($"[{(message.TryGetProperty("role", out JsonElement role) ? Plain(role) : "")}]");
            foreach (JsonProperty member in message.EnumerateObject().Where(static member => member.Name is not ("role" or "content")))
            {
                lines.Add($"({member.Name}) {Plain(member.Value)}");
            }

            if (message.TryGetProperty("content", out JsonElement content))
            {
                AddContent(lines, content);
            }
        }

        return lines;
    }

    /// <summary>Of JSON: indented.</summary>
    internal static IReadOnlyList<string> OfJson(string raw)
    {
        if (Parse(raw) is not { } value)
        {
            return raw.Split('\n');
        }

        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Indented))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan).Split('\n');
    }

    private static void AddContent(List<string> lines, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            lines.AddRange(content.GetString()!.Split('\n'));
        }
        else if (content.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement part in content.EnumerateArray())
            {
                if (part.ValueKind == JsonValueKind.Object && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String)
                {
                    lines.Add("(part)");
                    lines.AddRange(part.EnumerateObject().Where(static member => member.Name != "text" && !(member.Name == "type" && member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals("text")))
                        .Select(static member => $"({member.Name}) {member.Value.GetRawText()}"));
                    lines.AddRange(text.GetString()!.Split('\n'));
                }
                else
                {
                    lines.Add("(part) " + part.GetRawText());
                }
            }
        }
        else
        {
            lines.Add(content.GetRawText());
        }
    }

    private static string Plain(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static JsonElement? Parse(string raw) => StrictJson.TryParse(Encoding.UTF8.GetBytes(raw), HistoryDocument.MaxBytes, ChatLimits.Depth);
}
