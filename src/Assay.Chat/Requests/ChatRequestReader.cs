using System.Text.Json;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>
/// Reads a body of OpenAI's chat, completion and embedding dialects strictly (spec/chat.md, "Request"): what isn't known is refused, for a parameter
/// that nobody reads would be claimed and not applied.
/// </summary>
public static class ChatRequestReader
{
    private static readonly string[] Ours = ["model", "stream", "stream_options", "verification", "continues", "application"];

    private static readonly string[] Sampling = ["frequency_penalty", "logit_bias", "logprobs", "max_tokens", "min_p", "n", "presence_penalty", "seed", "stop", "temperature", "top_k", "top_p"];

    private static readonly string[] OfChat =
        ["messages", "max_completion_tokens", "parallel_tool_calls", "reasoning_effort", "response_format", "tool_choice", "tools", "top_logprobs"];

    // Accepted by all of OpenAI's clients, and by this version in no form that has an effect.
    private static readonly Dictionary<string, Func<JsonElement, bool>> Harmless = new(StringComparer.Ordinal)
    {
        ["user"] = static value => value.ValueKind == JsonValueKind.String,
        ["metadata"] = static value => value.ValueKind == JsonValueKind.Object,
        ["store"] = static value => value.ValueKind == JsonValueKind.False,
        ["safety_identifier"] = static value => value.ValueKind == JsonValueKind.String,
        ["prompt_cache_key"] = static value => value.ValueKind == JsonValueKind.String,
        ["service_tier"] = static value => value.ValueKind == JsonValueKind.String && value.GetString() is "auto" or "default",
        ["verbosity"] = static value => value.ValueKind == JsonValueKind.String && value.GetString() == "medium",
    };

    private static readonly string[] Known = ["audio", "best_of", "function_call", "functions", "modalities", "prediction", "suffix", "web_search_options"];

    /// <summary>Reads a body; null with the reason if it can't be served by anybody.</summary>
    /// <param name="kind">The dialect.</param>
    /// <param name="body">The body; the result keeps views of it.</param>
    /// <param name="fault">Why not.</param>
    public static ChatRequest? TryRead(ChatKind kind, ReadOnlyMemory<byte> body, out ChatFault? fault)
    {
        if (StrictJson.TryParse(body.Span, ChatLimits.BodyBytes, ChatLimits.Depth) is not { ValueKind: JsonValueKind.Object } root)
        {
            fault = new ChatFault(ChatCodes.Unreadable, "The body must be a JSON object in UTF-8, without a member twice.");
            return null;
        }

        MemberReader members = new(root);
        List<string> ineffective = [];
        foreach (JsonProperty member in root.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && !IsRead(kind, member.Name))
            {
                Take(member, members, ineffective);
            }
        }

        string model = members.Text("model") ?? "";
        if (model.Length == 0)
        {
            members.Fail("model", "'model' must name a model: GET /v1/models lists them.");
        }

        MessageReader messages = new(kind, members);
        messages.Read();
        JsonElement? tools = kind == ChatKind.Chat ? members.Array("tools") : null;
        JsonElement? format = kind == ChatKind.Chat ? members.Object("response_format") : null;
        (bool stream, bool usage) = Stream(members);
        ChatRequest request = new()
        {
            Kind = kind,
            Body = body,
            Json = root,
            Model = model,
            Messages = messages.Messages,
            Attachments = messages.Attachments,
            Tools = ToolReader.Read(tools, members),
            RawTools = tools is { } list ? RawText.Of(list) : (ReadOnlyMemory<byte>?)null,
            RawResponseFormat = format?.GetRawText(),
            Parameters = ParameterReader.Read(kind, members),
            IsStream = stream,
            IncludesUsage = usage,
            Ineffective = ineffective,
            Verification = members.Any("verification"),
            Continues = Continues(members),
            Application = Application(members),
        };
        fault = members.Fault;
        return fault is null ? request : null;
    }

    private static bool IsRead(ChatKind kind, string name) => Ours.Contains(name) || kind switch
    {
        ChatKind.Chat => Sampling.Contains(name) || OfChat.Contains(name),
        ChatKind.Completion => Sampling.Contains(name) || name is "prompt" or "echo",
        _ => name is "input" or "dimensions" or "encoding_format",
    };

    private static void Take(JsonProperty member, MemberReader members, List<string> ineffective)
    {
        if (Harmless.TryGetValue(member.Name, out Func<JsonElement, bool>? isHarmless))
        {
            if (isHarmless(member.Value))
            {
                ineffective.Add(member.Name);
            }
            else
            {
                members.Fail(member.Name, $"'{member.Name}' can't have this value here: it would change the answer, and nobody applies it.", ChatCodes.Unsupported);
            }
        }
        else if (Known.Contains(member.Name))
        {
            members.Fail(member.Name, $"'{member.Name}' isn't supported.", ChatCodes.Unsupported);
        }
        else
        {
            string shown = member.Name.Length <= 40 ? member.Name : member.Name[..40] + "...";
            members.Fail(shown, $"Unknown member '{shown}': a parameter that nobody reads would be signed and not applied.", ChatCodes.UnknownMember);
        }
    }

    private static (bool Stream, bool Usage) Stream(MemberReader members)
    {
        bool stream = members.Flag("stream") ?? false;
        if (members.Object("stream_options") is not { } options)
        {
            return (stream, false);
        }

        MemberReader inner = new(options);
        bool usage = inner.Flag("include_usage") ?? false;
        inner.Flag("include_obfuscation");
        foreach (JsonProperty option in options.EnumerateObject())
        {
            if (option.Name is not ("include_usage" or "include_obfuscation"))
            {
                inner.Fail("stream_options", "'stream_options' may have 'include_usage' only.", ChatCodes.UnknownMember);
            }
        }

        if (inner.Fault is { } fault)
        {
            members.Fail("stream_options", fault.Message, fault.Code);
        }
        else if (!stream)
        {
            members.Fail("stream_options", "'stream_options' is for streams: set 'stream' to true.");
        }

        return (stream, usage);
    }

    private static string? Continues(MemberReader members)
    {
        string? text = members.Text("continues");
        if (text is not null && !Digest32.TryParseHex(text, out _))
        {
            members.Fail("continues", "'continues' must be the digest of a receipt: 64 hex digits.");
        }

        return text;
    }

    private static string? Application(MemberReader members)
    {
        string? text = members.Text("application");
        if (text is not null && !ChatLineage.IsName(text))
        {
            members.Fail("application", $"'application' must be a name: up to {ChatLineage.NameLength} of a-z, 0-9, '.', '_' and '-', the first a letter or a digit.");
        }

        return text;
    }
}
