using System.Globalization;
using System.Text.Json;

namespace Assay.Chat;

/// <summary>Reads the parameters of a request, with OpenAI's ranges.</summary>
internal static class ParameterReader
{
    /// <summary>Parameters as applied, where both dialects spell them alike; without the choice of a tool.</summary>
    internal static ChatParameters ReadApplied(ChatKind kind, MemberReader members) => kind == ChatKind.Embedding
        ? Read(kind, members)
        : new ChatParameters
        {
            FrequencyPenalty = members.Number("frequency_penalty", -2, 2),
            PresencePenalty = members.Number("presence_penalty", -2, 2),
            LogitBias = Bias(members),
            Logprobs = members.Flag("logprobs"),
            TopLogprobs = members.Whole("top_logprobs", 0, 20),
            MaxTokens = members.Whole("max_tokens", 1, int.MaxValue),
            MinP = members.Number("min_p", 0, 1),
            N = members.Whole("n", 1, ChatLimits.Choices),
            ParallelToolCalls = members.Flag("parallel_tool_calls"),
            ReasoningEffort = members.Text("reasoning_effort"),
            Stop = Stops(members),
            Temperature = members.Number("temperature", 0, 2),
            TopK = members.Whole("top_k", 0, int.MaxValue),
            TopP = members.Number("top_p", 0, 1),
            Echo = members.Flag("echo"),
        };

    internal static ChatParameters Read(ChatKind kind, MemberReader members)
    {
        if (kind == ChatKind.Embedding)
        {
            string? encoding = members.Text("encoding_format");
            if (encoding is not (null or "float" or "base64"))
            {
                members.Fail("encoding_format", "'encoding_format' must be 'float' or 'base64'.");
            }

            return new ChatParameters { Dimensions = members.Whole("dimensions", 1, 1 << 16), EncodingFormat = encoding };
        }

        bool isChat = kind == ChatKind.Chat;
        int? completionLogprobs = isChat ? null : members.Whole("logprobs", 0, 5);
        return new ChatParameters
        {
            FrequencyPenalty = members.Number("frequency_penalty", -2, 2),
            PresencePenalty = members.Number("presence_penalty", -2, 2),
            LogitBias = Bias(members),
            Logprobs = isChat ? members.Flag("logprobs") : completionLogprobs is null ? null : true,
            TopLogprobs = isChat ? Top(members) : completionLogprobs,
            MaxTokens = MaxTokens(isChat, members),
            MinP = members.Number("min_p", 0, 1),
            N = members.Whole("n", 1, ChatLimits.Choices),
            ParallelToolCalls = isChat ? members.Flag("parallel_tool_calls") : null,
            ReasoningEffort = isChat ? members.Text("reasoning_effort") : null,
            Stop = Stops(members),
            Temperature = members.Number("temperature", 0, 2),
            ToolChoice = isChat ? ToolChoice(members) : null,
            TopK = members.Whole("top_k", 0, int.MaxValue),
            TopP = members.Number("top_p", 0, 1),
            Seed = Seed(members),
            Echo = isChat ? null : members.Flag("echo"),
            ResponseFormat = isChat ? Format(members) : null,
        };
    }

    private static int? Top(MemberReader members)
    {
        int? top = members.Whole("top_logprobs", 0, 20);
        if (top is not null && members.Flag("logprobs") != true)
        {
            members.Fail("top_logprobs", "'top_logprobs' needs 'logprobs' to be true.");
        }

        return top;
    }

    private static int? MaxTokens(bool isChat, MemberReader members)
    {
        int? old = members.Whole("max_tokens", 1, int.MaxValue), now = isChat ? members.Whole("max_completion_tokens", 1, int.MaxValue) : null;
        if (old is not null && now is not null && old != now)
        {
            members.Fail("max_tokens", "'max_tokens' and 'max_completion_tokens' say different things.");
        }

        return now ?? old;
    }

    private static Dictionary<int, double>? Bias(MemberReader members)
    {
        if (members.Object("logit_bias") is not { } biases)
        {
            return null;
        }

        Dictionary<int, double> read = [];
        foreach (JsonProperty bias in biases.EnumerateObject())
        {
            // A parser that takes a NUL behind a number would read what others don't.
            if (!bias.Name.All(char.IsAsciiDigit) || !int.TryParse(bias.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int token) || bias.Value.ValueKind != JsonValueKind.Number
                || !MemberReader.TryNumber(bias.Value, out double value) || value is < -100 or > 100 || !read.TryAdd(token, value))
            {
                members.Fail("logit_bias", "'logit_bias' must be an object of token ids with numbers from -100 to 100.");
                return null;
            }
        }

        return read;
    }

    private static List<string>? Stops(MemberReader members)
    {
        if (members.Any("stop") is not { } stop)
        {
            return null;
        }

        List<string> read = [];
        foreach (JsonElement text in stop.ValueKind == JsonValueKind.Array ? [.. stop.EnumerateArray()] : new[] { stop })
        {
            if (text.ValueKind != JsonValueKind.String || text.GetString() is not { Length: > 0 } end || read.Count == ChatLimits.Stops)
            {
                members.Fail("stop", $"'stop' must be a text, or an array of up to {ChatLimits.Stops}; none may be empty.");
                return null;
            }

            read.Add(end);
        }

        return read;
    }

    private static string? ToolChoice(MemberReader members)
    {
        if (members.Any("tool_choice") is not { } choice)
        {
            return null;
        }

        if (choice.ValueKind == JsonValueKind.String && choice.GetString() is "none" or "auto" or "required")
        {
            return choice.GetString();
        }

        if (choice.ValueKind == JsonValueKind.Object && new MemberReader(choice).Text("type") == "function" && new MemberReader(choice).Object("function") is { } function
            && new MemberReader(function).Text("name") is { } name)
        {
            return "function:" + name;
        }

        members.Fail("tool_choice", "'tool_choice' must be 'none', 'auto', 'required', or {\"type\":\"function\",\"function\":{\"name\":…}}.");
        return null;
    }

    private static ulong? Seed(MemberReader members)
    {
        if (members.Of("seed", JsonValueKind.Number, "a whole number") is not { } seed)
        {
            return null;
        }

        string text = seed.GetRawText();
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
        {
            return number;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long negative))
        {
            return unchecked((ulong)negative);
        }

        members.Fail("seed", "'seed' must be a whole number of 64 bits.");
        return null;
    }

    private static JsonElement? Format(MemberReader members)
    {
        if (members.Object("response_format") is not { } format)
        {
            return null;
        }

        string? type = new MemberReader(format).Text("type");
        bool hasSchema = new MemberReader(format).Object("json_schema") is { } named && new MemberReader(named).Text("name") is not null;
        if (type is not ("text" or "json_object" or "json_schema") || (type == "json_schema") != hasSchema)
        {
            members.Fail("response_format", "'response_format' must have the type 'text', 'json_object', or 'json_schema' with a 'json_schema' that has a name.");
        }

        return type == "text" ? null : format;
    }
}
