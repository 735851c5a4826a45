using System.Text;
using System.Text.Json;

namespace Assay.Chat;

/// <summary>One choice of a stream while its pieces are put together.</summary>
internal sealed class ChoiceAssembly(ChatKind kind, int index, AnswerMembers members)
{
    private readonly StringBuilder _content = new(), _refusal = new(), _reasoning = new();
    private readonly List<(string Id, string Name, StringBuilder Arguments)> _calls = [];
    private List<ChatLogprob>? _logprobs;
    private string? _finish;

    internal void Add(JsonElement item)
    {
        if (_finish is not null)
        {
            members.Fail($"choice {index} goes on after its end");
            return;
        }

        if (kind == ChatKind.Completion)
        {
            _content.Append(members.Text(item, "text"));
        }
        else if (members.Object(item, "delta") is { } delta)
        {
            members.Unbound(delta);
            _content.Append(members.Text(delta, "content"));
            _refusal.Append(members.Text(delta, "refusal"));
            _reasoning.Append(members.Text(delta, "reasoning_content"));
            foreach (JsonElement fragment in members.List(delta, "tool_calls"))
            {
                Call(fragment);
            }
        }
        else
        {
            members.Fail($"choice {index} has no 'delta'");
        }

        if (members.Logprobs(kind, item) is { } more)
        {
            (_logprobs ??= []).AddRange(more);
        }

        _finish = members.Text(item, "finish_reason");
    }

    internal ChatChoice ToChoice() => new()
    {
        Content = TextOf(_content),
        Refusal = TextOf(_refusal),
        Reasoning = TextOf(_reasoning),
        ToolCalls = [.. _calls.Select(static call => new ChatToolCall(call.Id, call.Name, call.Arguments.ToString()))],
        Logprobs = _logprobs,
        FinishReason = _finish ?? "",
    };

    private static string? TextOf(StringBuilder text) => text.Length == 0 ? null : text.ToString();

    // The index says which call a fragment belongs to; id and name come with its first one.
    private void Call(JsonElement fragment)
    {
        int place = members.Index(fragment, ChatLimits.Calls);
        JsonElement function = members.Object(fragment, "function") ?? default;
        string? id = members.Text(fragment, "id"), name = members.Text(function, "name"), arguments = members.Text(function, "arguments");
        if (members.Text(fragment, "type") is not (null or "function"))
        {
            members.Fail("a tool call is of another type than 'function'");
        }
        else if (place < _calls.Count)
        {
            if ((!string.IsNullOrEmpty(id) && id != _calls[place].Id) || (!string.IsNullOrEmpty(name) && name != _calls[place].Name))
            {
                members.Fail($"tool call {place} changes its id or name");
            }

            _calls[place].Arguments.Append(arguments);
        }
        else if (place > _calls.Count || string.IsNullOrEmpty(id) || string.IsNullOrEmpty(name))
        {
            members.Fail($"tool call {place} begins without an id or a name, or before the one ahead of it");
        }
        else
        {
            _calls.Add((id, name, new StringBuilder(arguments)));
        }
    }
}
