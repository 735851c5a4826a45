using System.Text.Json;

namespace Assay.Upstream;

/// <summary>Members of an answer that the node doesn't hand on, each named once (spec/chat.md, "Mutations": <c>withheld NAME</c>).</summary>
internal sealed class WithheldMembers
{
    private const int Most = 32;

    // The node's answer has its own of the first two, and the third is padding.
    private static readonly HashSet<string> Silent = new(StringComparer.Ordinal) { "object", "created", "obfuscation" };

    private readonly List<string> _names = [];

    /// <summary>The mutations, in the order in which the members came.</summary>
    internal IEnumerable<string> Mutations => _names.Select(static name => "withheld " + name);

    /// <summary>Notes a member that nothing here reads, if there is anything in it.</summary>
    /// <param name="member">The member.</param>
    /// <param name="of">What it is a member of, with a dot, where that says more.</param>
    internal void Note(JsonProperty member, string of = "")
    {
        bool isEmpty = member.Value.ValueKind switch
        {
            JsonValueKind.Null => true,
            JsonValueKind.String => member.Value.ValueEquals(""u8),
            JsonValueKind.Array => member.Value.GetArrayLength() == 0,
            JsonValueKind.Object => member.Value.GetPropertyCount() == 0,
            _ => false,
        };
        if (!isEmpty && !(of.Length == 0 && Silent.Contains(member.Name)))
        {
            Note(of + member.Name);
        }
    }

    /// <summary>Notes what stands beside the three counts: details of them, prices.</summary>
    internal void NoteOfUsage(JsonElement usage)
    {
        foreach (JsonProperty member in usage.EnumerateObject())
        {
            if (member.Name is not ("prompt_tokens" or "completion_tokens" or "total_tokens"))
            {
                Note(member, "usage.");
            }
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
