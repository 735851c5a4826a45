using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace Assay.Chat;

/// <summary>Reads what whole answers and the events of streams have in common, and keeps the first error. A member that is null counts as absent.</summary>
internal sealed class AnswerMembers
{
    /// <summary>The first thing that is wrong, in words; null: nothing.</summary>
    internal string? Error { get; private set; }

    internal void Fail(string error) => Error ??= error;

    internal static JsonElement? Any(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal JsonElement? Of(JsonElement parent, string name, JsonValueKind kind, string what)
    {
        if (Any(parent, name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == kind)
        {
            return value;
        }

        Fail($"'{name}' isn't {what}");
        return null;
    }

    internal string? Text(JsonElement parent, string name) => Of(parent, name, JsonValueKind.String, "a string")?.GetString();

    internal JsonElement? Object(JsonElement parent, string name) => Of(parent, name, JsonValueKind.Object, "an object");

    internal IReadOnlyList<JsonElement> List(JsonElement parent, string name) => Of(parent, name, JsonValueKind.Array, "an array") is { } list ? [.. list.EnumerateArray()] : [];

    /// <summary>A whole number from 0 on; null: absent.</summary>
    internal long? Count(JsonElement parent, string name)
    {
        if (Of(parent, name, JsonValueKind.Number, "a number") is not { } value)
        {
            return null;
        }

        if (int.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            return count;
        }

        Fail($"'{name}' isn't a whole number from 0 on");
        return null;
    }

    /// <summary>The member <c>index</c>, which must be there and below a limit; 0 with an error otherwise.</summary>
    internal int Index(JsonElement parent, int below)
    {
        if (Count(parent, "index") is { } index && index < below)
        {
            return (int)index;
        }

        Fail($"'index' isn't a whole number below {below}");
        return 0;
    }

    internal ChatUsage? Usage(JsonElement root)
    {
        if (Object(root, "usage") is not { } usage)
        {
            return null;
        }

        long? prompt = Count(usage, "prompt_tokens"), completion = Count(usage, "completion_tokens"), total = Count(usage, "total_tokens");
        if (prompt is null)
        {
            Fail("'usage' doesn't count the prompt's tokens");
            return null;
        }

        ChatUsage read = new(prompt.Value, completion ?? 0);
        if (total is not null && total != read.PromptTokens + read.CompletionTokens)
        {
            Fail("'usage' doesn't add up");
        }

        return read;
    }

    // What a client might act on, and nothing here binds by itself.
    internal void Unbound(JsonElement message)
    {
        foreach (string name in (ReadOnlySpan<string>)["audio", "function_call"])
        {
            if (Any(message, name) is not null)
            {
                Fail($"'{name}' isn't supported");
            }
        }
    }

    /// <summary>The logprobs of a choice, in either dialect; null: absent.</summary>
    internal IReadOnlyList<ChatLogprob>? Logprobs(ChatKind kind, JsonElement choice)
    {
        if (Object(choice, "logprobs") is not { } logprobs)
        {
            return null;
        }

        List<ChatLogprob> read = [];
        if (kind == ChatKind.Completion)
        {
            IReadOnlyList<JsonElement> tokens = List(logprobs, "tokens"), values = List(logprobs, "token_logprobs");
            if (tokens.Count != values.Count)
            {
                Fail("'logprobs' has more or fewer tokens than values");
                return null;
            }

            for (int i = 0; i < tokens.Count; i++)
            {
                Add(tokens[i], values[i], isNullable: true);
            }

            return read;
        }

        foreach (JsonElement item in (IEnumerable<JsonElement>)[.. List(logprobs, "content"), .. List(logprobs, "refusal")])
        {
            Add(Any(item, "token") ?? default, Any(item, "logprob") ?? default, isNullable: false);
        }

        return read;

        void Add(JsonElement token, JsonElement value, bool isNullable)
        {
            if (token.ValueKind == JsonValueKind.String && (value.ValueKind == JsonValueKind.Number || (isNullable && value.ValueKind == JsonValueKind.Null)))
            {
                read.Add(new ChatLogprob(token.GetString()!, value.GetRawText()));
            }
            else
            {
                Fail("a logprob has no token or no number");
            }
        }
    }

    /// <summary>A vector: numbers, or base64 of little-endian floats; empty with an error otherwise.</summary>
    internal ReadOnlyMemory<float> Vector(JsonElement item)
    {
        JsonElement value = Any(item, "embedding") ?? default;
        if (value.ValueKind == JsonValueKind.String && Base64Text.TryDecode(value.GetString()) is { Length: > 0 } bytes && bytes.Length % sizeof(float) == 0)
        {
            float[] read = new float[bytes.Length / sizeof(float)];
            for (int i = 0; i < read.Length; i++)
            {
                read[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.Span[(i * sizeof(float))..]);
            }

            return read;
        }

        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            float[] read = new float[value.GetArrayLength()];
            int i = 0;
            foreach (JsonElement number in value.EnumerateArray())
            {
                // By way of a double, as every language can.
                if (number.ValueKind != JsonValueKind.Number || !MemberReader.TryNumber(number, out double wide) || !float.IsFinite((float)wide))
                {
                    Fail("an embedding has an element that isn't a number of 32 bits");
                    return default;
                }

                read[i++] = (float)wide;
            }

            return read;
        }

        Fail("an embedding is neither numbers nor base64 of such");
        return default;
    }
}
