using System.Text.Json;
using Assay.Chat;

namespace Assay.Llama;

/// <summary>Members of messages that the model isn't shown: named in the receipt, or refused where nobody knows what they were meant to do.</summary>
internal static class UnshownMembers
{
    // What OpenAI's clients send of their own accord, such as an answer that is sent back as it came.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal) { "name", "tool_call_id", "refusal", "reasoning_content", "reasoning", "annotations", "audio", "function_call" };

    /// <summary>The mutations, one for each name.</summary>
    /// <param name="request">The request.</param>
    /// <param name="fault">A member that isn't known; null: none.</param>
    internal static IReadOnlyList<string> Of(ChatRequest request, out ChatFault? fault)
    {
        fault = null;
        SortedSet<string> names = new(StringComparer.Ordinal);
        if (request.Kind != ChatKind.Chat)
        {
            return [];
        }

        for (int i = 0; i < request.Messages.Count; i++)
        {
            foreach (JsonProperty member in request.Messages[i].Json.EnumerateObject())
            {
                if (member.Name == "content")
                {
                    fault ??= OfParts(member.Value, i);
                }
                else if (member.Name != "role" && !IsNothing(member.Value) && !(member.Name == "tool_calls" && member.Value.ValueKind == JsonValueKind.Array))
                {
                    fault ??= Known.Contains(member.Name) ? null : Unknown(member.Name, $"messages[{i}]");
                    names.Add(member.Name);
                }
            }
        }

        return [.. names.Select(static name => "dropped messages." + name)];
    }

    private static ChatFault? OfParts(JsonElement content, int message)
    {
        if (content.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        // Other parts than texts are refused before; of a text's, the member of its type's name is what is shown.
        foreach (JsonElement part in content.EnumerateArray())
        {
            foreach (JsonProperty member in part.EnumerateObject())
            {
                if (member.Name != "type" && !part.GetProperty("type").ValueEquals(member.Name) && !IsNothing(member.Value))
                {
                    return Unknown(member.Name, $"messages[{message}].content");
                }
            }
        }

        return null;
    }

    // As the whole request's members: null is absent, and so is a list without anything in it.
    private static bool IsNothing(JsonElement value) => value.ValueKind == JsonValueKind.Null || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private static ChatFault Unknown(string name, string of)
    {
        string shown = name.Length <= 40 ? name : name[..40] + "...";
        return new ChatFault(ChatCodes.UnknownMember, $"Unknown member '{shown}' of {of}: the model isn't shown it.", $"{of}.{shown}");
    }
}
