using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Node.History;

/// <summary>Prompts and tool sets as they are compared: in canonical spelling (spec/history.md, "Registered prompts and tool sets").</summary>
internal static class RegisteredContent
{
    /// <summary>Longest content.</summary>
    internal const int MaxBytes = 1 << 20;

    /// <summary>The digest of a request's system prompt; null if it has none.</summary>
    internal static Digest32? OfPrompt(ChatRequest request)
    {
        StringBuilder text = new("[");
        foreach (ChatMessage message in request.Messages.Where(static message => message.IsSystem))
        {
            // A member that is null means as much as one that isn't there.
            text.Append(text.Length == 1 ? "{" : ",{");
            bool isFirst = true;
            foreach (JsonProperty member in message.Json.EnumerateObject().Where(static member => member.Value.ValueKind != JsonValueKind.Null).OrderBy(static member => member.Name, StringComparer.Ordinal))
            {
                text.Append(isFirst ? "" : ",");
                CanonicalText.Append(text, member.Name);
                text.Append(':').Append(CanonicalJson.TryWrite(member.Value) ?? member.Value.GetRawText());
                isFirst = false;
            }

            text.Append('}');
        }

        return text.Length == 1 ? null : Digest32.Sha256(Encoding.UTF8.GetBytes(text.Append(']').ToString()));
    }

    /// <summary>The digest of a request's tools; null if it has none.</summary>
    internal static Digest32? OfTools(ChatRequest request) =>
        request.Tools.Count == 0 ? null : Digest32.Sha256(Encoding.UTF8.GetBytes(CanonicalJson.TryWrite(request.Json.GetProperty("tools")) ?? request.Json.GetProperty("tools").GetRawText()));

    /// <summary>Reads what is to be registered by the reader of requests: what no request could carry isn't taken.</summary>
    /// <param name="kind">What it is to be.</param>
    /// <param name="body">JSON: an array, or of a prompt a text.</param>
    /// <param name="content">The JSON that is kept.</param>
    /// <param name="why">What is wrong, when the result is null.</param>
    /// <returns>The digest of its canonical spelling.</returns>
    internal static Digest32? TryRead(RegisteredKind kind, ReadOnlyMemory<byte> body, out byte[] content, out string why)
    {
        (content, why) = ([], kind == RegisteredKind.Prompt ? "A prompt is a text, or a JSON array of messages with role system or developer." : "A tool set is a JSON array, as the member 'tools' of a request.");
        if (StrictJson.TryParse(body.Span, MaxBytes, ChatLimits.Depth - 2) is not { } json)
        {
            return null;
        }

        if (kind == RegisteredKind.Prompt && json.ValueKind == JsonValueKind.String)
        {
            StringBuilder text = new("[{\"role\":\"system\",\"content\":");
            CanonicalText.Append(text, json.GetString()!);
            content = Encoding.UTF8.GetBytes(text.Append("}]").ToString());
        }
        else if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0)
        {
            content = Encoding.UTF8.GetBytes(json.GetRawText());
        }
        else
        {
            return null;
        }

        byte[] asked = kind == RegisteredKind.Prompt
            ? [.. "{\"model\":\"m\",\"messages\":"u8, .. content, .. "}"u8]
            : [.. "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\"}],\"tools\":"u8, .. content, .. "}"u8];
        if (ChatRequestReader.TryRead(ChatKind.Chat, asked, out ChatFault? fault) is not { } request)
        {
            why = fault!.Message;
            return null;
        }

        return kind == RegisteredKind.Tools ? OfTools(request)
            : request.Messages.All(static message => message.IsSystem) ? OfPrompt(request)
            : null;
    }
}
