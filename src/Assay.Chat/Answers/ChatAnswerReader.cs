using System.Text.Json;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>Reads whole answers of OpenAI's dialects (spec/chat.md, "Answer"). Members that say nothing which a receipt binds are passed over.</summary>
public static class ChatAnswerReader
{
    /// <summary>Reads a body; null with what is wrong with it. Never throws.</summary>
    /// <param name="kind">The dialect.</param>
    /// <param name="body">At most <see cref="ChatLimits.AnswerBytes"/>.</param>
    /// <param name="error">What is wrong, in words without a full stop.</param>
    public static ChatAnswer? TryRead(ChatKind kind, ReadOnlyMemory<byte> body, out string? error)
    {
        if (StrictJson.TryParse(body.Span, ChatLimits.AnswerBytes, ChatLimits.Depth) is not { ValueKind: JsonValueKind.Object } root)
        {
            error = "it isn't a JSON object in UTF-8 without a member twice";
            return null;
        }

        AnswerMembers members = new();
        ChatAnswer? answer = kind == ChatKind.Embedding ? Embeddings(root, members) : Choices(kind, root, members);
        error = members.Error;
        return error is null ? answer : null;
    }

    /// <summary>Reads a body or a transcript, whichever it is: a transcript isn't JSON as a whole, or is one event of a stream with a line feed.</summary>
    /// <param name="kind">The dialect.</param>
    /// <param name="bytes">At most <see cref="ChatLimits.AnswerBytes"/>.</param>
    /// <param name="isCut">Whether it is a transcript without <c>[DONE]</c>.</param>
    /// <param name="error">What is wrong, in words without a full stop.</param>
    public static ChatAnswer? TryReadAny(ChatKind kind, ReadOnlyMemory<byte> bytes, out bool isCut, out string? error)
    {
        isCut = false;
        if (kind == ChatKind.Embedding || !IsTranscript(bytes.Span))
        {
            return TryRead(kind, bytes, out error);
        }

        ChatAnswer? answer = ChatStreamReader.TryRead(kind, bytes, out bool isDone, out error);
        isCut = !isDone;
        return answer;
    }

    private static bool IsTranscript(ReadOnlySpan<byte> bytes)
    {
        if (StrictJson.TryParse(bytes, ChatLimits.AnswerBytes, ChatLimits.Depth) is not { ValueKind: JsonValueKind.Object } root)
        {
            return true;
        }

        AnswerMembers members = new();
        return bytes[^1] == (byte)'\n'
            && (AnswerMembers.Any(root, "error") is not null || members.List(root, "choices").Any(static choice => AnswerMembers.Any(choice, "delta") is not null));
    }

    private static ChatAnswer Choices(ChatKind kind, JsonElement root, AnswerMembers members)
    {
        IReadOnlyList<JsonElement> list = List(root, "choices", ChatLimits.Choices, members);
        ChatChoice?[] choices = new ChatChoice?[list.Count];
        foreach (JsonElement item in list)
        {
            int index = members.Index(item, list.Count);
            if (choices[index] is not null)
            {
                members.Fail($"choice {index} is there twice");
            }

            choices[index] = kind == ChatKind.Chat ? OfChat(item, members) : OfCompletion(item, members);
        }

        return new ChatAnswer { Id = Name(root, "id", members), Model = Name(root, "model", members), Choices = [.. choices.OfType<ChatChoice>()], Usage = members.Usage(root) };
    }

    private static ChatChoice OfChat(JsonElement item, AnswerMembers members)
    {
        if (members.Object(item, "message") is not { } message)
        {
            members.Fail("a choice has no message");
            return new ChatChoice { FinishReason = "" };
        }

        members.Unbound(message);
        IReadOnlyList<JsonElement> calls = members.List(message, "tool_calls");
        if (calls.Count > ChatLimits.Calls)
        {
            members.Fail($"a choice has more than {ChatLimits.Calls} tool calls");
            calls = [];
        }

        return new ChatChoice
        {
            Content = members.Text(message, "content"),
            Refusal = members.Text(message, "refusal"),
            Reasoning = members.Text(message, "reasoning_content"),
            ToolCalls = [.. calls.Select(call => Call(call, members))],
            Logprobs = members.Logprobs(ChatKind.Chat, item),
            FinishReason = members.Text(item, "finish_reason") ?? "",
        };
    }

    private static ChatChoice OfCompletion(JsonElement item, AnswerMembers members) => new()
    {
        Content = members.Text(item, "text"),
        Logprobs = members.Logprobs(ChatKind.Completion, item),
        FinishReason = members.Text(item, "finish_reason") ?? "",
    };

    private static ChatToolCall Call(JsonElement item, AnswerMembers members)
    {
        JsonElement function = members.Object(item, "function") ?? default;
        if (members.Text(item, "type") is not (null or "function"))
        {
            members.Fail("a tool call is of another type than 'function'");
        }

        return new ChatToolCall(Name(item, "id", members), Name(function, "name", members), members.Text(function, "arguments") ?? "");
    }

    private static ChatAnswer Embeddings(JsonElement root, AnswerMembers members)
    {
        IReadOnlyList<JsonElement> list = List(root, "data", Receipts.Bundle.MaxMessages, members);
        ReadOnlyMemory<float>?[] vectors = new ReadOnlyMemory<float>?[list.Count];
        foreach (JsonElement item in list)
        {
            int index = members.Index(item, list.Count);
            if (vectors[index] is not null)
            {
                members.Fail($"embedding {index} is there twice");
            }

            vectors[index] = members.Vector(item);
        }

        return new ChatAnswer
        {
            // OpenAI's own have none.
            Id = members.Text(root, "id") ?? "",
            Model = Name(root, "model", members),
            Choices = [],
            Embeddings = [.. vectors.Where(static vector => vector is not null).Select(static vector => vector!.Value)],
            Usage = members.Usage(root),
        };
    }

    private static IReadOnlyList<JsonElement> List(JsonElement root, string name, int most, AnswerMembers members)
    {
        IReadOnlyList<JsonElement> list = members.List(root, name);
        if (list.Count >= 1 && list.Count <= most)
        {
            return list;
        }

        members.Fail($"'{name}' doesn't have 1 to {most} elements");
        return [];
    }

    private static string Name(JsonElement parent, string name, AnswerMembers members)
    {
        string text = members.Text(parent, name) ?? "";
        if (text.Length == 0)
        {
            members.Fail($"'{name}' is missing");
        }

        return text;
    }
}
