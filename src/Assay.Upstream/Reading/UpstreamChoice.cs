using System.Text.Json;
using Assay.Chat;

namespace Assay.Upstream;

/// <summary>One choice of an upstream's stream: each piece must follow from those before.</summary>
internal sealed class UpstreamChoice(ChatPlan plan, int index, WithheldMembers withheld)
{
    private readonly List<(string Id, string Name)> _calls = [];

    /// <summary>Why it ended; null: it goes on.</summary>
    internal string? FinishReason { get; private set; }

    /// <summary>Tokens that came with logprobs.</summary>
    internal long Tokens { get; private set; }

    internal void Add(JsonElement item, List<ChatEvent> into)
    {
        if (FinishReason is not null)
        {
            throw Broken.Because("a choice goes on after its end");
        }

        foreach (JsonProperty member in item.EnumerateObject())
        {
            if (member.Name is not ("index" or "finish_reason" or "logprobs") && member.Name != (plan.Request.Kind == ChatKind.Chat ? "delta" : "text"))
            {
                withheld.Note(member);
            }
        }

        FinishReason = Broken.Piece(item, "finish_reason") switch
        {
            null => null,
            "stop" or "length" or "tool_calls" or "content_filter" => item.GetProperty("finish_reason").GetString(),
            _ => throw Broken.Because("a choice ends for a reason that there isn't"),
        };
        IReadOnlyList<ChatTokenLogprob>? logprobs = Logprobs(item);
        if (plan.Request.Kind == ChatKind.Chat)
        {
            OfChat(Broken.Of(item, "delta", JsonValueKind.Object), logprobs, into);
        }
        else
        {
            Text(new ChatEvent { Choice = index, Content = Broken.Piece(item, "text"), Logprobs = logprobs }, into);
        }
    }

    private List<ChatTokenLogprob>? Logprobs(JsonElement item)
    {
        List<ChatTokenLogprob>? logprobs = LogprobReader.Read(plan.Request.Kind, item, withheld);
        Tokens += logprobs?.Count ?? 0;
        if (logprobs is null || plan.Applied.Logprobs == true)
        {
            return logprobs;
        }

        withheld.Note("logprobs");
        return null;
    }

    private void OfChat(JsonElement? piece, IReadOnlyList<ChatTokenLogprob>? logprobs, List<ChatEvent> into)
    {
        if (piece is not { } delta)
        {
            if (FinishReason is null || logprobs is not null)
            {
                throw Broken.Because("a choice has no 'delta'");
            }

            return;
        }

        foreach (JsonProperty member in delta.EnumerateObject())
        {
            switch (member.Name)
            {
                case "content" or "refusal" or "reasoning_content" or "reasoning" or "tool_calls":
                    break;
                case "role" when member.Value.ValueKind == JsonValueKind.Null || (member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() is "assistant" or ""):
                    break;
                case "role":
                    throw Broken.Because("somebody else than the assistant speaks");
                case "function_call" when member.Value.ValueKind != JsonValueKind.Null:
                    throw Broken.Because("it calls a function in a way that nobody asked for");
                default:
                    withheld.Note(member);
                    break;
            }
        }

        // Two names for the same; some servers say it under both.
        string? reasoning = Broken.Piece(delta, "reasoning_content"), other = Broken.Piece(delta, "reasoning");
        if (reasoning is not null && other is not null && reasoning != other)
        {
            withheld.Note("reasoning");
        }

        Text(new ChatEvent { Choice = index, Content = Broken.Piece(delta, "content"), Refusal = Broken.Piece(delta, "refusal"), Reasoning = reasoning ?? other, Logprobs = logprobs }, into);
        if (Broken.Of(delta, "tool_calls", JsonValueKind.Array) is { } fragments)
        {
            foreach (JsonElement fragment in fragments.EnumerateArray())
            {
                into.Add(new ChatEvent { Choice = index, Tool = Fragment(Broken.RequireObject(fragment, "a tool call")) });
            }
        }
    }

    private void Text(ChatEvent item, List<ChatEvent> into)
    {
        // The receipt would claim a parameter that did nothing.
        if (item.Content is not null && item.Logprobs is null && plan.Applied.Logprobs == true)
        {
            throw new ChatBackendException(UpstreamCodes.ParameterIgnored, "The server behind this model answers without the logprobs that were asked for.") { IsFinal = true };
        }

        if (item.Content is not null || item.Refusal is not null || item.Reasoning is not null || item.Logprobs is not null)
        {
            into.Add(item);
        }
    }

    private ChatToolFragment Fragment(JsonElement item)
    {
        JsonElement function = Broken.Of(item, "function", JsonValueKind.Object) ?? default;
        bool hasFunction = function.ValueKind == JsonValueKind.Object;
        foreach (JsonProperty member in hasFunction ? [.. item.EnumerateObject(), .. function.EnumerateObject()] : (IEnumerable<JsonProperty>)item.EnumerateObject())
        {
            if (member.Name is not ("index" or "id" or "type" or "function" or "name" or "arguments"))
            {
                withheld.Note(member);
            }
        }

        int place = Broken.Index(item, ChatLimits.Calls, "a tool call");
        string? id = Broken.Piece(item, "id"), name = hasFunction ? Broken.Piece(function, "name") : null;
        string arguments = (hasFunction ? Broken.Text(function, "arguments") : null) ?? "";
        if (Broken.Piece(item, "type") is not (null or "function"))
        {
            throw Broken.Because("a tool call is of another type than 'function'");
        }

        if (place < _calls.Count)
        {
            return (id ?? _calls[place].Id) == _calls[place].Id && (name ?? _calls[place].Name) == _calls[place].Name
                ? new ChatToolFragment(place, null, null, arguments)
                : throw Broken.Because("a tool call changes its id or name");
        }

        if (place > _calls.Count || id is null || name is null)
        {
            throw Broken.Because("a tool call begins without an id or a name, or before the one ahead of it");
        }

        _calls.Add((id, name));
        return new ChatToolFragment(place, id, name, arguments);
    }
}
