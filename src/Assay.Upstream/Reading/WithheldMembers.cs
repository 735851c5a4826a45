using System.Text.Json;

namespace Assay.Upstream;

/// <summary>Members of an answer that the node doesn't hand on, each named once (spec/chat.md, "Mutations": <c>withheld NAME</c>).</summary>
internal sealed class WithheldMembers
{
    private const int Most = 32;

    // Say how an answer was made or counted, and nothing of it.
    private static readonly HashSet<string> Silent = new(StringComparer.Ordinal)
    {
        "object", "created", "service_tier", "obfuscation", "provider", "native_finish_reason", "matched_stop", "stop_reason", "token_ids", "prompt_token_ids", "timings", "x_groq",
    };

    private readonly List<string> _names = [];

    /// <summary>The mutations, in the order in which the members came.</summary>
    internal IEnumerable<string> Mutations => _names.Select(static name => "withheld " + name);

    /// <summary>Notes a member that nothing here reads, if there is anything in it.</summary>
    internal void Note(JsonProperty member)
    {
        bool isEmpty = member.Value.ValueKind switch
        {
            JsonValueKind.Null => true,
            JsonValueKind.String => member.Value.ValueEquals(""u8),
            JsonValueKind.Array => member.Value.GetArrayLength() == 0,
            JsonValueKind.Object => member.Value.GetPropertyCount() == 0,
            _ => false,
        };
        if (!isEmpty && !Silent.Contains(member.Name))
        {
            Note(member.Name);
        }
    }

    /// <summary>Notes a name. Of those that are no names, or too many, it says only that there were such.</summary>
    internal void Note(string name)
    {
        bool isName = name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
        string shown = isName && _names.Count < Most ? name : "others";
        if (!_names.Contains(shown))
        {
            _names.Add(shown);
        }
    }
}
