using System.Text;
using System.Text.Json;
using Assay.Receipts;

namespace Assay.Chat;

/// <summary>Reads messages, prompts and inputs, and what is attached to them.</summary>
internal sealed class MessageReader(ChatKind kind, MemberReader members)
{
    internal List<ChatMessage> Messages { get; } = [];

    internal List<ChatAttachment> Attachments { get; } = [];

    private string Member => kind switch { ChatKind.Chat => "messages", ChatKind.Completion => "prompt", _ => "input" };

    internal void Read()
    {
        if (members.Any(Member) is not { } value)
        {
            members.Fail(Member, $"'{Member}' is missing.");
            return;
        }

        bool isList = value.ValueKind == JsonValueKind.Array;
        if (kind == ChatKind.Chat && !isList)
        {
            members.Fail(Member, "'messages' must be an array.");
            return;
        }

        if (isList && value.GetArrayLength() is 0 or > Bundle.MaxMessages)
        {
            members.Fail(Member, $"'{Member}' must have 1 to {Bundle.MaxMessages} elements.", ChatCodes.TooLong);
            return;
        }

        foreach (JsonElement item in isList ? [.. value.EnumerateArray()] : new[] { value })
        {
            if (kind == ChatKind.Chat)
            {
                Message(item);
            }
            else if (item.ValueKind == JsonValueKind.String)
            {
                Messages.Add(new ChatMessage(kind == ChatKind.Completion ? "prompt" : "input", RawText.Of(item), item) { Text = item.GetString()! });
            }
            else
            {
                members.Fail(Member, $"'{Member}' must be a text or an array of texts: token ids aren't supported.", ChatCodes.Unsupported);
            }
        }
    }

    private void Message(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            members.Fail(Member, "Each message must be an object.");
            return;
        }

        MemberReader inner = new(item);
        string role = inner.Text("role") ?? "";
        if (role is not ("system" or "developer" or "user" or "assistant" or "tool" or "function"))
        {
            members.Fail($"messages[{Messages.Count}].role", "A message's role is 'system', 'developer', 'user', 'assistant' or 'tool'.");
            return;
        }

        string text = inner.Any("content") switch
        {
            null => "",
            { ValueKind: JsonValueKind.String } content => content.GetString()!,
            { ValueKind: JsonValueKind.Array } parts => Parts(parts),
            _ => Refuse("content", "A message's content is a text or an array of parts."),
        };
        if (inner.Any("content") is null && role != "assistant")
        {
            Refuse("content", "The message has no content.");
        }

        Messages.Add(new ChatMessage(role, RawText.Of(item), item) { Text = text });
    }

    private string Parts(JsonElement parts)
    {
        StringBuilder text = new();
        foreach (JsonElement part in parts.EnumerateArray())
        {
            MemberReader inner = new(part.ValueKind == JsonValueKind.Object ? part : default);
            string? type = part.ValueKind == JsonValueKind.Object ? inner.Text("type") : null;
            switch (type)
            {
                case "text" or "refusal" when inner.Text(type) is { } said:
                    text.Append(said);
                    break;
                case "image_url":
                    Attach(type, inner.Object("image_url") is { } image ? new MemberReader(image).Text("url") : null, isUrl: true);
                    break;
                case "input_audio":
                    Attach(type, inner.Object("input_audio") is { } audio ? new MemberReader(audio).Text("data") : null, isUrl: false);
                    break;
                case "file":
                    Attach(type, inner.Object("file") is { } file ? new MemberReader(file).Text("file_data") : null, isUrl: true);
                    break;
                default:
                    Refuse("content", "A part of a message is of type 'text', 'image_url', 'input_audio' or 'file'.");
                    break;
            }
        }

        return text.ToString();
    }

    // Whoever answers a link decides what was asked.
    private void Attach(string type, string? data, bool isUrl)
    {
        const string Marker = ";base64,";
        int at = isUrl && data is not null && data.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? data.IndexOf(Marker, StringComparison.Ordinal) : -1;
        if (data is null || (isUrl && at < 0))
        {
            members.Fail($"messages[{Messages.Count}].content", $"'{type}' must hold its bytes, as a data: URL in base64: what a link leads to can't be bound.", ChatCodes.RemoteContent);
            return;
        }

        if (Base64Text.TryDecode(isUrl ? data.AsSpan(at + Marker.Length) : data) is not { } content)
        {
            Refuse("content", $"'{type}' isn't base64.");
            return;
        }

        Attachments.Add(new ChatAttachment(Messages.Count, type, content));
    }

    private string Refuse(string member, string message)
    {
        members.Fail($"messages[{Messages.Count}].{member}", message);
        return "";
    }
}
