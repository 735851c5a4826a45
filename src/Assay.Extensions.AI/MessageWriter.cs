using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Chat;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assay.Extensions.AI;

/// <summary>Writes messages. What a model thought aloud isn't sent back, as with other clients; nor what an application keeps beside a message.</summary>
internal sealed class MessageWriter(Utf8JsonWriter json)
{
    private static readonly Dictionary<string, string> AudioFormats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["audio/wav"] = "wav", ["audio/x-wav"] = "wav", ["audio/wave"] = "wav", ["audio/mpeg"] = "mp3", ["audio/mp3"] = "mp3",
    };

    private static readonly JsonSerializerOptions Plain = new(AIJsonUtilities.DefaultOptions) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = false };

    internal void Write(ChatMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        string role = message.Role.Value;
        switch (role)
        {
            case "system" or "developer" or "user":
                Begin(message, role);
                if (message.Contents is [TextContent only])
                {
                    json.WriteString("content", only.Text);
                }
                else
                {
                    Content([.. message.Contents.Select(content => Part(content, role))]);
                }

                json.WriteEndObject();
                break;
            case "assistant":
                Assistant(message);
                break;
            case "tool":
                foreach (AIContent content in message.Contents)
                {
                    Result(content as FunctionResultContent ?? throw Unknown(content, role));
                }

                break;
            default:
                throw ChatRequestWriter.Unsupported($"A message of the role '{role}'", "roles are system, developer, user, assistant and tool");
        }
    }

    private void Begin(ChatMessage message, string role)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        if (message.AuthorName is { } name)
        {
            json.WriteString("name", name);
        }
    }

    private void Content(IReadOnlyList<Action> parts)
    {
        if (parts.Count == 0)
        {
            json.WriteString("content", "");
            return;
        }

        json.WriteStartArray("content");
        foreach (Action part in parts)
        {
            part();
        }

        json.WriteEndArray();
    }

    private Action Part(AIContent content, string role) => content switch
    {
        TextContent text => () => TextPart(text.Text),
        DataContent data when role == "user" => () => Data(data),
        UriContent or HostedFileContent => throw ChatRequestWriter.Unsupported(content.GetType().Name, "what a link leads to can't be bound by a receipt; send the bytes, as DataContent"),
        _ => throw Unknown(content, role),
    };

    private void TextPart(string text)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private void Data(DataContent data)
    {
        json.WriteStartObject();
        if (data.HasTopLevelMediaType("image"))
        {
            json.WriteString("type", "image_url");
            json.WriteStartObject("image_url");
            json.WriteString("url", data.Uri);
            if (data.AdditionalProperties?.TryGetValue("detail", out object? detail) == true && detail is string wanted)
            {
                json.WriteString("detail", wanted);
            }
        }
        else if (data.HasTopLevelMediaType("audio"))
        {
            json.WriteString("type", "input_audio");
            json.WriteStartObject("input_audio");
            json.WriteString("data", data.Base64Data.Span);
            json.WriteString("format", AudioFormats.TryGetValue(data.MediaType, out string? format) ? format : throw ChatRequestWriter.Unsupported(data.MediaType, "sound is sent as WAV or MP3"));
        }
        else
        {
            json.WriteString("type", "file");
            json.WriteStartObject("file");
            json.WriteString("filename", data.Name ?? "file");
            json.WriteString("file_data", data.Uri);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Assistant(ChatMessage message)
    {
        Begin(message, "assistant");
        string text = "", refusal = "";
        List<FunctionCallContent> calls = [];
        foreach (AIContent content in message.Contents)
        {
            switch (content)
            {
                case TextContent said:
                    text += said.Text;
                    break;
                case ErrorContent { ErrorCode: ChatAnswers.Refusal } refused:
                    refusal += refused.Message;
                    break;
                case FunctionCallContent call:
                    calls.Add(call);
                    break;
                case TextReasoningContent or UsageContent:
                    break;
                default:
                    throw Unknown(content, "assistant");
            }
        }

        if (text.Length > 0 || (calls.Count == 0 && refusal.Length == 0))
        {
            json.WriteString("content", text);
        }
        else
        {
            json.WriteNull("content");
        }

        if (refusal.Length > 0)
        {
            json.WriteString("refusal", refusal);
        }

        if (calls.Count > 0)
        {
            json.WriteStartArray("tool_calls");
            calls.ForEach(Call);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void Call(FunctionCallContent call)
    {
        json.WriteStartObject();
        json.WriteString("id", call.CallId);
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.Name);

        // Arguments that aren't JSON are sent back as the model wrote them.
        json.WriteString("arguments", call is { Exception: not null, RawRepresentation: ChatToolCall raw } ? raw.Arguments : Text(call.Arguments ?? new Dictionary<string, object?>()));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Result(FunctionResultContent result)
    {
        json.WriteStartObject();
        json.WriteString("role", "tool");
        json.WriteString("tool_call_id", result.CallId);
        json.WriteString("content", result.Result is null ? "" : result.Result as string ?? Text(result.Result));
        json.WriteEndObject();
    }

    private static string Text(object value) => JsonSerializer.Serialize(value, Plain.GetTypeInfo(value is IDictionary<string, object?> ? typeof(IDictionary<string, object?>) : value.GetType()));

    private static NotSupportedException Unknown(AIContent content, string role) => ChatRequestWriter.Unsupported(content.GetType().Name, $"a message of the role '{role}' has no such part here");
}
