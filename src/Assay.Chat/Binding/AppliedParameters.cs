using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>The parameters as applied: the leaf <c>request.sampling</c> (spec/chat.md, "Parameters as applied").</summary>
public static class AppliedParameters
{
    private const int MaxLength = 1 << 20;

    // What a dialect applies of itself where nothing is asked for.
    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["echo"] = "false",
        ["encoding_format"] = "\"float\"",
        ["frequency_penalty"] = "0",
        ["logprobs"] = "false",
        ["min_p"] = "0",
        ["n"] = "1",
        ["presence_penalty"] = "0",
        ["temperature"] = "1",
        ["top_k"] = "0",
        ["top_logprobs"] = "0",
        ["top_p"] = "1",
    };

    /// <summary>The leaf's text: the parameters that are there, in ascending order of their names.</summary>
    public static string TextOf(ChatKind kind, ChatParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        StringBuilder text = new("{");
        foreach ((string name, string raw) in Members(kind, parameters))
        {
            text.Append(text.Length == 1 ? "\"" : ",\"").Append(name).Append("\":").Append(raw);
        }

        return text.Append('}').ToString();
    }

    /// <summary>Reads a leaf; null if it isn't of this form.</summary>
    public static ChatParameters? TryRead(ChatKind kind, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxLength || StrictJson.TryParse(Encoding.UTF8.GetBytes(text), MaxLength, 3) is not { ValueKind: JsonValueKind.Object } root)
        {
            return null;
        }

        // The choice of a tool has a spelling of its own here; everything else is read as in a request.
        MemberReader members = new(root);
        string? choice = root.TryGetProperty("tool_choice", out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        ChatParameters read = ParameterReader.ReadApplied(kind, members) with { ToolChoice = choice };
        return members.Fault is null && TextOf(kind, read) is { } again && Same(again, root) ? read : null;
    }

    /// <summary>The names of parameters that were asked for and aren't applied with the same value.</summary>
    public static IReadOnlyList<string> Differences(ChatKind kind, ChatParameters asked, ChatParameters applied)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(applied);
        Dictionary<string, string> had = Members(kind, applied).ToDictionary(StringComparer.Ordinal);
        return [.. Members(kind, asked).Where(member => had.GetValueOrDefault(member.Key) != member.Value).Select(static member => member.Key)];
    }

    /// <summary>
    /// The names of parameters that weren't asked for and are applied with another value than the dialect's own default. How many dimensions vectors have
    /// is the model's affair where nobody asks for a number.
    /// </summary>
    public static IReadOnlyList<string> Unasked(ChatKind kind, ChatParameters asked, ChatParameters applied)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(applied);
        HashSet<string> named = [.. Members(kind, asked).Select(static member => member.Key)];
        return [.. Members(kind, applied).Where(member => !named.Contains(member.Key) && member.Key != "dimensions" && Defaults.GetValueOrDefault(member.Key) != member.Value).Select(static member => member.Key)];
    }

    /// <summary>The value of a parameter as the leaf spells it; null: it isn't there.</summary>
    public static string? Raw(ChatKind kind, ChatParameters parameters, string name) =>
        Members(kind, parameters).FirstOrDefault(member => member.Key == name).Value;

    // Other spellings of the same numbers are as good: other programs write them.
    private static bool Same(string again, JsonElement root) =>
        StrictJson.TryParse(Encoding.UTF8.GetBytes(again), MaxLength, 3) is { } parsed
        && parsed.EnumerateObject().Select(static member => member.Name).SequenceEqual(root.EnumerateObject().Select(static member => member.Name));

    // The seed has a leaf of its own.
    private static IEnumerable<KeyValuePair<string, string>> Members(ChatKind kind, ChatParameters p)
    {
        (string Name, string? Raw)[] all = kind == ChatKind.Embedding
            ? [("dimensions", Whole(p.Dimensions)), ("encoding_format", Quoted(p.EncodingFormat))]
            :
            [
                ("echo", Flag(p.Echo)),
                ("frequency_penalty", Number(p.FrequencyPenalty)),
                ("logit_bias", Biases(p.LogitBias)),
                ("logprobs", Flag(p.Logprobs)),
                ("max_tokens", Whole(p.MaxTokens)),
                ("min_p", Number(p.MinP)),
                ("n", Whole(p.N)),
                ("parallel_tool_calls", Flag(p.ParallelToolCalls)),
                ("presence_penalty", Number(p.PresencePenalty)),
                ("reasoning_effort", Quoted(p.ReasoningEffort)),
                ("stop", p.Stop is { } stops ? "[" + string.Join(',', stops.Select(Quoted)) + "]" : null),
                ("temperature", Number(p.Temperature)),
                ("tool_choice", Quoted(p.ToolChoice)),
                ("top_k", Whole(p.TopK)),
                ("top_logprobs", Whole(p.TopLogprobs)),
                ("top_p", Number(p.TopP)),
            ];
        return all.Where(static member => member.Raw is not null).Select(static member => KeyValuePair.Create(member.Name, member.Raw!));
    }

    private static string? Whole(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    private static string? Flag(bool? value) => value is null ? null : value.Value ? "true" : "false";

    private static string? Biases(IReadOnlyDictionary<int, double>? biases) =>
        biases is null ? null : "{" + string.Join(',', biases.OrderBy(static bias => bias.Key).Select(static bias => string.Create(CultureInfo.InvariantCulture, $"\"{bias.Key}\":{bias.Value:R}"))) + "}";

    private static string? Quoted(string? value)
    {
        if (value is null)
        {
            return null;
        }

        StringBuilder text = new();
        CanonicalText.Append(text, value);
        return text.ToString();
    }
}
