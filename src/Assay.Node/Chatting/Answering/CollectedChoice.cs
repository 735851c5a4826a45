using System.Text;
using Assay.Chat;

namespace Assay.Node.Chatting;

/// <summary>One choice as it grows.</summary>
internal sealed class CollectedChoice
{
    private readonly StringBuilder _content = new(), _refusal = new(), _reasoning = new();
    private readonly List<CollectedCall> _calls = [];

    /// <summary>Null as long as it goes on.</summary>
    internal string? FinishReason { get; set; }

    /// <summary>Null: nobody asked.</summary>
    internal List<ChatTokenLogprob>? Logprobs { get; private set; }

    /// <summary>Adds a piece; about how many bytes it has.</summary>
    /// <exception cref="ChatBackendException">It can't follow what was before.</exception>
    internal int Add(ChatEvent item)
    {
        _content.Append(item.Content);
        _refusal.Append(item.Refusal);
        _reasoning.Append(item.Reasoning);
        if (item.Logprobs is { } logprobs)
        {
            (Logprobs ??= []).AddRange(logprobs);
        }

        int size = (item.Content?.Length ?? 0) + (item.Refusal?.Length ?? 0) + (item.Reasoning?.Length ?? 0) + (16 * (item.Logprobs?.Count ?? 0));
        return item.Tool is { } tool ? size + AddTool(tool) : size;
    }

    internal ChatChoice Read() => new()
    {
        Content = Text(_content),
        Refusal = Text(_refusal),
        Reasoning = Text(_reasoning),
        ToolCalls = [.. _calls.Select(static call => new ChatToolCall(call.Id, call.Name, call.Arguments.ToString()))],
        Logprobs = Logprobs?.ConvertAll(static item => new ChatLogprob(item.Token, AnswerText.Number(item.Logprob))),
        FinishReason = FinishReason ?? "",
    };

    private int AddTool(ChatToolFragment tool)
    {
        if (tool.Index == _calls.Count && !string.IsNullOrEmpty(tool.Id) && !string.IsNullOrEmpty(tool.Name))
        {
            _calls.Add(new CollectedCall(tool.Id, tool.Name, new StringBuilder()));
        }
        else if (tool.Index < 0 || tool.Index >= _calls.Count || tool.Id is not null || tool.Name is not null)
        {
            throw new ChatBackendException("backend/invalid", "The model's backend gave a piece of a tool call that nothing came before.");
        }

        _calls[tool.Index].Arguments.Append(tool.Arguments);
        return tool.Arguments.Length + (tool.Name?.Length ?? 0) + (tool.Id?.Length ?? 0);
    }

    private static string? Text(StringBuilder text) => text.Length == 0 ? null : text.ToString();

    private sealed record CollectedCall(string Id, string Name, StringBuilder Arguments);
}
