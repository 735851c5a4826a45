using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Chat;

namespace Assay.Upstream;

/// <summary>
/// Writes what an upstream is sent: the caller's own raw texts of messages, tools and response format, byte for byte, the parameters as applied, and
/// nothing else. Answers are always streamed, so that whatever comes can be bounded and a death on the way is seen.
/// </summary>
internal static class UpstreamBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    internal static string PathOf(ChatKind kind) => kind switch { ChatKind.Chat => "chat/completions", ChatKind.Completion => "completions", _ => "embeddings" };

    internal static ReadOnlyMemory<byte> Write(ChatPlan plan, string model)
    {
        ChatRequest request = plan.Request;
        ArrayBufferWriter<byte> buffer = new(request.Body.Length + 256);
        using Utf8JsonWriter json = new(buffer, Options);
        json.WriteStartObject();
        json.WriteString("model"u8, model);
        Messages(json, request);
        if (request.RawTools is { } tools)
        {
            Raw(json, "tools", tools.Span);
        }

        if (request.RawResponseFormat is { } format)
        {
            Raw(json, "response_format", Encoding.UTF8.GetBytes(format));
        }

        Parameters(json, plan);
        if (request.Kind != ChatKind.Embedding)
        {
            json.WriteBoolean("stream"u8, true);
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Messages(Utf8JsonWriter json, ChatRequest request)
    {
        string name = request.Kind switch { ChatKind.Chat => "messages", ChatKind.Completion => "prompt", _ => "input" };
        json.WritePropertyName(name);
        bool isList = request.Json.GetProperty(name).ValueKind == JsonValueKind.Array;
        if (isList)
        {
            json.WriteStartArray();
        }

        foreach (ChatMessage message in request.Messages)
        {
            json.WriteRawValue(message.Raw.Span, skipInputValidation: true);
        }

        if (isList)
        {
            json.WriteEndArray();
        }
    }

    private static void Parameters(Utf8JsonWriter json, ChatPlan plan)
    {
        (ChatRequest request, ChatParameters applied) = (plan.Request, plan.Applied);
        using JsonDocument parameters = JsonDocument.Parse(plan.Sampling);
        foreach (JsonProperty parameter in parameters.RootElement.EnumerateObject())
        {
            switch (parameter.Name)
            {
                case "tool_choice" when parameter.Value.GetString() is { } choice && choice.StartsWith("function:", StringComparison.Ordinal):
                    json.WriteStartObject("tool_choice"u8);
                    json.WriteString("type"u8, "function"u8);
                    json.WriteStartObject("function"u8);
                    json.WriteString("name"u8, choice["function:".Length..]);
                    json.WriteEndObject();
                    json.WriteEndObject();
                    break;

                // Of a completion one member says both.
                case "logprobs" when request.Kind == ChatKind.Completion:
                    json.WriteNumber("logprobs"u8, applied.TopLogprobs ?? 0);
                    break;
                case "top_logprobs" when request.Kind == ChatKind.Completion:
                    break;

                // Some models know only the new name, some servers only the old one: the caller knows which.
                case "max_tokens":
                    Raw(json, request.Json.TryGetProperty("max_completion_tokens", out JsonElement value) && value.ValueKind == JsonValueKind.Number ? "max_completion_tokens" : "max_tokens", Encoding.UTF8.GetBytes(parameter.Value.GetRawText()));
                    break;
                default:
                    Raw(json, parameter.Name, Encoding.UTF8.GetBytes(parameter.Value.GetRawText()));
                    break;
            }
        }

        if (applied.Seed is not null)
        {
            Raw(json, "seed", Encoding.UTF8.GetBytes(request.Json.GetProperty("seed").GetRawText()));
        }
    }

    private static void Raw(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }
}
