using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Chat;

namespace Assay.Upstream;

/// <summary>Reads logprobs in the shapes of OpenAI's two dialects. Numbers that no probability has end the answer.</summary>
internal static class LogprobReader
{
    private const int MostTop = 20;
    private const int MostTokens = 100_000;

    // What rounding may make of a certainty.
    private const double Certain = 1e-3;

    /// <summary>Those of a choice's piece; null: none.</summary>
    internal static List<ChatTokenLogprob>? Read(ChatKind kind, JsonElement choice, WithheldMembers withheld)
    {
        if (Broken.Of(choice, "logprobs", JsonValueKind.Object) is not { } logprobs)
        {
            return null;
        }

        List<ChatTokenLogprob> read = kind == ChatKind.Chat ? OfChat(logprobs, withheld) : OfCompletion(logprobs, withheld);
        return read.Count == 0 ? null : read;
    }

    private static List<ChatTokenLogprob> OfChat(JsonElement logprobs, WithheldMembers withheld)
    {
        List<ChatTokenLogprob> read = [];
        foreach (JsonProperty member in logprobs.EnumerateObject())
        {
            if (member.Name is not ("content" or "refusal"))
            {
                withheld.Note(member);
            }
        }

        foreach (string name in (ReadOnlySpan<string>)["content", "refusal"])
        {
            if (Broken.Of(logprobs, name, JsonValueKind.Array) is { } list)
            {
                RequireAtMost(list, MostTokens);
                read.AddRange(list.EnumerateArray().Select(static item => Token(item, hasTop: true)));
            }
        }

        return read;
    }

    private static ChatTokenLogprob Token(JsonElement item, bool hasTop)
    {
        Broken.RequireObject(item, "a logprob");
        List<ChatTokenLogprob> top = [];
        if (hasTop && Broken.Of(item, "top_logprobs", JsonValueKind.Array) is { } list)
        {
            RequireAtMost(list, MostTop);
            top.AddRange(list.EnumerateArray().Select(static other => Token(other, hasTop: false)));
        }

        return new ChatTokenLogprob(
            Broken.Text(item, "token") ?? throw Broken.Because("a logprob has no token"),
            Bytes(item),
            Number(Broken.Any(item, "logprob")),
            top);
    }

    private static ReadOnlyMemory<byte>? Bytes(JsonElement item)
    {
        if (Broken.Of(item, "bytes", JsonValueKind.Array) is not { } list)
        {
            return null;
        }

        RequireAtMost(list, MostTokens);
        return (byte[])[.. list.EnumerateArray().Select(static value => value.ValueKind == JsonValueKind.Number && value.TryGetByte(out byte read) ? read : throw Broken.Because("a token's bytes aren't bytes"))];
    }

    private static List<ChatTokenLogprob> OfCompletion(JsonElement logprobs, WithheldMembers withheld)
    {
        foreach (JsonProperty member in logprobs.EnumerateObject())
        {
            if (member.Name is not ("tokens" or "token_logprobs" or "top_logprobs" or "text_offset"))
            {
                withheld.Note(member);
            }
        }

        JsonElement[] tokens = List(logprobs, "tokens"), values = List(logprobs, "token_logprobs"), tops = List(logprobs, "top_logprobs");
        if (tokens.Length != values.Length || (tops.Length > 0 && tops.Length != tokens.Length))
        {
            throw Broken.Because("logprobs and tokens aren't as many");
        }

        List<ChatTokenLogprob> read = [];
        for (int i = 0; i < tokens.Length; i++)
        {
            string token = tokens[i].ValueKind == JsonValueKind.String ? tokens[i].GetString()! : throw Broken.Because("a logprob has no token");

            // The first token of a prompt that is repeated has none.
            if (values[i].ValueKind == JsonValueKind.Null)
            {
                withheld.Note("logprobs");
                continue;
            }

            read.Add(new ChatTokenLogprob(token, Encoding.UTF8.GetBytes(token), Number(values[i]), tops.Length == 0 || tops[i].ValueKind == JsonValueKind.Null ? [] : Top(tops[i])));
        }

        return read;
    }

    private static List<ChatTokenLogprob> Top(JsonElement item)
    {
        Broken.RequireObject(item, "a token's alternatives");
        return item.GetPropertyCount() > MostTop
            ? throw Broken.Because("a list of logprobs is too long")
            : [.. item.EnumerateObject().Select(static other => new ChatTokenLogprob(other.Name, Encoding.UTF8.GetBytes(other.Name), Number(other.Value), [])).OrderByDescending(static other => other.Logprob)];
    }

    private static JsonElement[] List(JsonElement parent, string name)
    {
        if (Broken.Of(parent, name, JsonValueKind.Array) is not { } list)
        {
            return [];
        }

        RequireAtMost(list, MostTokens);
        return [.. list.EnumerateArray()];
    }

    private static void RequireAtMost(JsonElement list, int most)
    {
        if (list.GetArrayLength() > most)
        {
            throw Broken.Because("a list of logprobs is too long");
        }
    }

    private static double Number(JsonElement? value) =>
        value is { ValueKind: JsonValueKind.Number } number && double.TryParse(number.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture, out double read) && double.IsFinite(read) && read <= Certain
            ? read
            : throw Broken.Because("a logprob isn't the logarithm of a probability");
}
