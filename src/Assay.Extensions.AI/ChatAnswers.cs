using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Assay.Extensions.AI;

/// <summary>Answers as Microsoft.Extensions.AI has them.</summary>
internal static class ChatAnswers
{
    /// <summary>The code of an <see cref="ErrorContent"/> with which a model refuses.</summary>
    internal const string Refusal = "Refusal";

    /// <summary>A whole answer of one choice.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="bytes">The body or transcript that it was read from.</param>
    internal static ChatResponse ToResponse(ChatAnswer answer, ReadOnlyMemory<byte> bytes)
    {
        ChatChoice? choice = answer.Choices.Count > 0 ? answer.Choices[0] : null;
        List<AIContent> contents = [];
        if (!string.IsNullOrEmpty(choice?.Reasoning))
        {
            contents.Add(new TextReasoningContent(choice.Reasoning));
        }

        if (!string.IsNullOrEmpty(choice?.Content))
        {
            contents.Add(new TextContent(choice.Content));
        }

        contents.AddRange(Rest(choice));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = answer.Id })
        {
            ResponseId = answer.Id,
            ModelId = answer.Model,
            CreatedAt = Created(bytes.Span),
            FinishReason = Finish(choice),
            Usage = Usage(answer),
        };
    }

    /// <summary>The text of one event, as it comes; null: it has none. What the model wants to call waits for the end.</summary>
    internal static ChatResponseUpdate? ToUpdate(ReadOnlyMemory<byte> data)
    {
        if (StrictJson.TryParse(data.Span, ChatLimits.EventBytes, ChatLimits.Depth) is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("choices", out JsonElement choices) || choices.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<AIContent> contents = [];
        foreach (JsonElement choice in choices.EnumerateArray())
        {
            if (choice.ValueKind == JsonValueKind.Object && choice.TryGetProperty("delta", out JsonElement delta) && delta.ValueKind == JsonValueKind.Object)
            {
                Add(delta, "reasoning_content", static text => new TextReasoningContent(text));
                Add(delta, "content", static text => new TextContent(text));
            }
        }

        return contents.Count == 0 ? null : new ChatResponseUpdate(ChatRole.Assistant, contents) { ResponseId = Text(root, "id"), MessageId = Text(root, "id"), ModelId = Text(root, "model") };

        void Add(JsonElement delta, string name, Func<string, AIContent> content)
        {
            if (Text(delta, name) is { Length: > 0 } text)
            {
                contents.Add(content(text));
            }
        }
    }

    /// <summary>What an answer has besides the text that came before.</summary>
    internal static ChatResponseUpdate ToLastUpdate(ChatAnswer answer, ReadOnlyMemory<byte> bytes)
    {
        ChatChoice? choice = answer.Choices.Count > 0 ? answer.Choices[0] : null;
        List<AIContent> contents = [.. Rest(choice)];
        if (Usage(answer) is { } usage)
        {
            contents.Add(new UsageContent(usage));
        }

        return new ChatResponseUpdate(ChatRole.Assistant, contents) { ResponseId = answer.Id, MessageId = answer.Id, ModelId = answer.Model, CreatedAt = Created(bytes.Span), FinishReason = Finish(choice) };
    }

    private static IEnumerable<AIContent> Rest(ChatChoice? choice)
    {
        if (!string.IsNullOrEmpty(choice?.Refusal))
        {
            yield return new ErrorContent(choice.Refusal) { ErrorCode = Refusal };
        }

        foreach (ChatToolCall call in choice?.ToolCalls ?? [])
        {
            FunctionCallContent content = FunctionCallContent.CreateFromParsedArguments(call.Arguments, call.Id, call.Name, static text =>
                text.Length == 0 ? null : (IDictionary<string, object?>?)JsonSerializer.Deserialize(text, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(IDictionary<string, object?>))));
            content.RawRepresentation = call;
            yield return content;
        }
    }

    private static ChatFinishReason? Finish(ChatChoice? choice) => choice?.FinishReason switch
    {
        null or "" => null,
        "stop" => ChatFinishReason.Stop,
        "length" => ChatFinishReason.Length,
        "content_filter" => ChatFinishReason.ContentFilter,
        "tool_calls" or "function_call" => ChatFinishReason.ToolCalls,
        { } other => new ChatFinishReason(other),
    };

    private static UsageDetails? Usage(ChatAnswer answer) => answer.Usage is { } usage
        ? new UsageDetails { InputTokenCount = usage.PromptTokens, OutputTokenCount = usage.CompletionTokens, TotalTokenCount = usage.PromptTokens + usage.CompletionTokens }
        : null;

    // A transcript's first event says it too.
    private static DateTimeOffset? Created(ReadOnlySpan<byte> bytes)
    {
        JsonElement? root = StrictJson.TryParse(bytes, ChatLimits.AnswerBytes, ChatLimits.Depth)
            ?? (bytes.IndexOf((byte)'\n') is >= 0 and var end ? StrictJson.TryParse(bytes[..end], ChatLimits.EventBytes, ChatLimits.Depth) : null);
        return root is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty("created", out JsonElement created)
            && created.ValueKind == JsonValueKind.Number && created.TryGetInt64(out long seconds) && seconds is > 0 and < 253_402_300_800
                ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                : null;
    }

    private static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
