using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Chat;
using Assay.Receipts;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assay.Extensions.AI;

/// <summary>
/// Writes requests in OpenAI's dialect: the same bytes for the same messages and options, so that whoever checks an answer can write them again. What can't be said
/// there is an exception, never left out.
/// </summary>
internal static class ChatRequestWriter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // What messages and options say themselves, and what answers must not have: several choices are no ChatResponse.
    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        "model", "messages", "stream", "stream_options", "verification", "tools", "tool_choice", "parallel_tool_calls", "response_format", "temperature", "top_p", "top_k", "seed", "stop",
        "max_tokens", "max_completion_tokens", "frequency_penalty", "presence_penalty", "reasoning_effort", "n",
    };

    /// <summary>Writes a request.</summary>
    /// <exception cref="NotSupportedException">Something can't be said, or no node would take it; the message says what.</exception>
    internal static ReadOnlyMemory<byte> Write(IEnumerable<ChatMessage> messages, ChatOptions? options, string model, PolicyDocument policy, bool isStream)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteString("model", string.IsNullOrEmpty(options?.ModelId) ? model : options.ModelId);
            json.WriteStartArray("messages");
            MessageWriter writer = new(json);
            if (!string.IsNullOrEmpty(options?.Instructions))
            {
                writer.Write(new ChatMessage(ChatRole.System, options.Instructions));
            }

            foreach (ChatMessage message in messages)
            {
                writer.Write(message);
            }

            json.WriteEndArray();
            if (options is not null)
            {
                Options(json, options);
            }

            if (isStream)
            {
                json.WriteBoolean("stream", true);
                json.WriteStartObject("stream_options");
                json.WriteBoolean("include_usage", true);
                json.WriteEndObject();
            }

            json.WritePropertyName("verification");
            if (policy is { IsLevel: true, Level: { } level })
            {
                json.WriteStringValue(level.ToString());
            }
            else
            {
                json.WriteRawValue(policy.Bytes, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return ChatRequestReader.TryRead(ChatKind.Chat, buffer.WrittenMemory, out ChatFault? fault) is not null
            ? buffer.WrittenMemory
            : throw new NotSupportedException($"No node takes this request: {fault!.Message} [{fault.Code}]");
    }

    private static void Options(Utf8JsonWriter json, ChatOptions options)
    {
        Refuse(options.ConversationId is not null, nameof(options.ConversationId), "nodes keep no conversations: send the messages, and name the turn before by its receipt (VerifiedConversation does)");
        Refuse(options.ContinuationToken is not null, nameof(options.ContinuationToken), "answers can't be taken up again");
        Refuse(options.AllowBackgroundResponses == true, nameof(options.AllowBackgroundResponses), "nodes don't answer in the background");
        Refuse(options.RawRepresentationFactory is not null, nameof(options.RawRepresentationFactory), "the request is written from messages and options alone; AdditionalProperties become members of its body");
        Refuse(options.Reasoning?.Output is not null, "Reasoning.Output", "the dialect has no word for it");
        Number(json, "temperature", options.Temperature);
        Number(json, "top_p", options.TopP);
        Number(json, "top_k", options.TopK);
        Number(json, "seed", options.Seed);
        Number(json, "max_completion_tokens", options.MaxOutputTokens);
        Number(json, "frequency_penalty", options.FrequencyPenalty);
        Number(json, "presence_penalty", options.PresencePenalty);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray("stop");
            foreach (string stop in stops)
            {
                json.WriteStringValue(stop);
            }

            json.WriteEndArray();
        }

        if (options.Reasoning?.Effort is { } effort)
        {
            json.WriteString("reasoning_effort", effort switch
            {
                ReasoningEffort.None => "none",
                ReasoningEffort.Low => "low",
                ReasoningEffort.Medium => "medium",
                ReasoningEffort.High => "high",
                ReasoningEffort.ExtraHigh => "xhigh",
                _ => throw Unsupported("Reasoning.Effort", $"the dialect has no word for {effort}"),
            });
        }

        Format(json, options.ResponseFormat);
        ToolWriter.Write(json, options);
        More(json, options.AdditionalProperties);
    }

    private static void Format(Utf8JsonWriter json, ChatResponseFormat? format)
    {
        if (format is null)
        {
            return;
        }

        json.WriteStartObject("response_format");
        switch (format)
        {
            case ChatResponseFormatText:
                json.WriteString("type", "text");
                break;
            case ChatResponseFormatJson { Schema: null }:
                json.WriteString("type", "json_object");
                break;
            case ChatResponseFormatJson { Schema: { } schema } named:
                json.WriteString("type", "json_schema");
                json.WriteStartObject("json_schema");
                json.WriteString("name", named.SchemaName ?? "answer");
                if (named.SchemaDescription is { } description)
                {
                    json.WriteString("description", description);
                }

                json.WritePropertyName("schema");
                schema.WriteTo(json);
                json.WriteEndObject();
                break;
            default:
                throw Unsupported(nameof(ChatOptions.ResponseFormat), $"{format.GetType().Name} isn't known here");
        }

        json.WriteEndObject();
    }

    private static void More(Utf8JsonWriter json, AdditionalPropertiesDictionary? more)
    {
        // In an order of their own: whoever copied the options may have changed it.
        foreach ((string name, object? value) in (more ?? []).Where(static member => member.Value is not null).OrderBy(static member => member.Key, StringComparer.Ordinal))
        {
            Refuse(Own.Contains(name), $"AdditionalProperties[\"{name}\"]", name == "n" ? "several choices are no ChatResponse" : "the request has that member already");
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, AIJsonUtilities.DefaultOptions.GetTypeInfo(value!.GetType()));
        }
    }

    private static void Number(Utf8JsonWriter json, string name, float? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void Refuse(bool applies, string name, string why)
    {
        if (applies)
        {
            throw Unsupported(name, why);
        }
    }

    internal static NotSupportedException Unsupported(string name, string why) => new($"{name} can't be sent: {why}.");
}
