using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Verification;

/// <summary>What differs from one configuration to the next, leaf by leaf, and in words where the content is there.</summary>
internal sealed class ConfigurationDifference
{
    // Of all differences of a history together: who sends two long prompts in turns mustn't keep a reader busy.
    private long _charactersLeft = HistoryDocument.MaxBytes;

    internal IReadOnlyList<LeafChange> Between(ConfigurationReport before, ChatConfiguration after, IReadOnlyList<string>? prompt, string? tools)
    {
        if (before.Configuration is not { } old)
        {
            return [];
        }

        List<LeafChange> changes = [];
        foreach (string name in old.Differences(after))
        {
            (string? was, string? now) = (old.Leaf(name).Text, after.Leaf(name).Text);
            LeafChange change = new(name, was, now);
            changes.Add(name switch
            {
                ChatConfiguration.SystemPrompt => change with { Lines = Lines(was is null ? [] : before.SystemPrompt, now is null ? [] : prompt, ContentLines.OfPrompt) },
                ChatConfiguration.Tools => change with { Lines = Lines(was is null ? [] : One(before.Tools), now is null ? [] : One(tools), OfJson) },
                ChatConfiguration.Sampling => change with { Members = Members(was, now) },
                ChatConfiguration.Mutations or "request.response_format" => change with { Lines = Lines(was is null ? [] : [was], now is null ? [] : [now], OfJson) },
                _ => change,
            });
        }

        return changes;
    }

    private static List<MemberChange> Members(string? before, string? after)
    {
        (Dictionary<string, string>? was, Dictionary<string, string>? now) = (Read(before), Read(after));
        return was is null || now is null
            ? []
            : [.. was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(name => new MemberChange(name, was.GetValueOrDefault(name), now.GetValueOrDefault(name)))
                .Where(static member => member.Before != member.After)];
    }

    private static Dictionary<string, string>? Read(string? text) =>
        text is null ? []
        : StrictJson.TryParse(Encoding.UTF8.GetBytes(text), HistoryDocument.MaxBytes, ChatLimits.Depth) is { ValueKind: JsonValueKind.Object } root
            ? root.EnumerateObject().ToDictionary(static member => member.Name, static member => member.Value.GetRawText(), StringComparer.Ordinal)
            : null;

    private static string[]? One(string? text) => text is null ? null : [text];

    private static IReadOnlyList<string> OfJson(IEnumerable<string> texts) => [.. texts.SelectMany(ContentLines.OfJson)];

    private IReadOnlyList<DiffLine>? Lines(IReadOnlyList<string>? before, IReadOnlyList<string>? after, Func<IEnumerable<string>, IReadOnlyList<string>> lines)
    {
        if (before is null || after is null)
        {
            return null;
        }

        _charactersLeft -= before.Sum(static text => (long)text.Length) + after.Sum(static text => (long)text.Length);
        if (_charactersLeft < 0)
        {
            return null;
        }

        // What reads well can look alike where the JSON doesn't: a text that spells out how another message would be shown.
        IReadOnlyList<DiffLine> found = LineDiff.Compute(lines(before), lines(after));
        return found.Count > 0 ? found : LineDiff.Compute(OfJson(before), OfJson(after));
    }
}
