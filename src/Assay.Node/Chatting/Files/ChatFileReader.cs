using System.Globalization;
using System.Text.Json;
using Assay.Chat;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>Reads chat files, and names every problem at once. A member that isn't known is one: it could be a limit that this version would ignore.</summary>
internal sealed class ChatFileReader(string folder, List<string> problems)
{
    private const int MostModels = 256;
    private const int MostUpstreams = 8;
    private const int Day = 86_400;

    internal List<ChatFileModel> Root(JsonElement root)
    {
        if (!root.TryGetProperty("profile", out JsonElement profile) || profile.ValueKind != JsonValueKind.String || profile.GetString() != ChatFile.Profile)
        {
            problems.Add($"'profile' must be \"{ChatFile.Profile}\"");
            return [];
        }

        Known(root, "", "profile", "models");
        List<ChatFileModel> models = [];
        if (!root.TryGetProperty("models", out JsonElement listed) || listed.ValueKind != JsonValueKind.Object || listed.GetPropertyCount() is 0 or > MostModels)
        {
            problems.Add($"'models' must be an object of 1 to {MostModels} models by name");
            return [];
        }

        foreach (JsonProperty member in listed.EnumerateObject())
        {
            string name = member.Name.Length <= 64 ? member.Name : member.Name[..64] + "...";
            if (!IsName(member.Name))
            {
                problems.Add($"'models.{name}': a name has 1 to 64 of A-Z a-z 0-9 . _ : -, and isn't 64 hex digits");
            }
            else if (member.Value.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"'models.{name}' must be an object");
            }
            else
            {
                models.Add(Model(name, member.Value, $"models.{name}"));
            }
        }

        return models;
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-') && !Primitives.ModelId.TryParse(name, out _);

    private ChatFileModel Model(string name, JsonElement model, string path)
    {
        bool isLocal = model.TryGetProperty("gguf", out _), isUpstream = model.TryGetProperty("upstreams", out JsonElement upstreams);
        if (isLocal == isUpstream)
        {
            problems.Add($"'{path}' must have either 'gguf', a file that runs here, or 'upstreams', servers that answer for it");
        }

        string[] own = isLocal ? ["gguf", "contexts", "waiting", "threads", "contextTokens", "batchTokens", "template"] : ["upstreams", "endpoints", "unsupported", "contextTokens"];
        Known(model, path, [.. own, "description", "use", "minimum", "limits"]);
        string use = Text(model, path, "use", 20) ?? "";
        if (use is not ("" or "decision" or "entertainment"))
        {
            problems.Add($"'{path}.use' must be \"decision\" or \"entertainment\"");
        }

        VerificationLevel? minimum = null;
        if (Text(model, path, "minimum", 40) is { } least)
        {
            if (VerificationLevel.TryParse(least, out VerificationLevel level, out _) && !level.AtLeast(VerificationLevel.Replay) && !level.AtLeast(VerificationLevel.Zk))
            {
                minimum = level;
            }
            else
            {
                problems.Add($"'{path}.minimum' must be signed or tee: a chat model meets no other level");
            }
        }

        int? context = Whole(model, path, "contextTokens", 16, 1 << 20);
        return new ChatFileModel
        {
            Name = name,
            Description = Text(model, path, "description", 500) ?? "",
            DeclaredUse = use,
            MinimumLevel = minimum,
            Limits = Limits(model, path),
            ContextTokens = context,
            Local = !isLocal || Text(model, path, "gguf", 4096) is not { } file ? null : new ChatFileLocal(Path.GetFullPath(file, folder))
            {
                Contexts = Whole(model, path, "contexts", 1, 64),
                Waiting = Whole(model, path, "waiting", 0, 65_536),
                Threads = Whole(model, path, "threads", 1, 256),
                ContextTokens = context,
                BatchTokens = Whole(model, path, "batchTokens", 1, 1 << 20),
                Template = Text(model, path, "template", 40),
            },
            Upstreams = isUpstream ? Upstreams(upstreams, path + ".upstreams") : [],
            Kinds = Kinds(model, path),
            Unsupported = Texts(model, path, "unsupported").ToHashSet(StringComparer.Ordinal),
        };
    }

    private HashSet<ChatKind> Kinds(JsonElement model, string path)
    {
        HashSet<ChatKind> kinds = [];
        foreach (string text in Texts(model, path, "endpoints"))
        {
            ChatKind? kind = text switch { "chat" => ChatKind.Chat, "completions" => ChatKind.Completion, "embeddings" => ChatKind.Embedding, _ => null };
            if (kind is null)
            {
                problems.Add($"'{path}.endpoints' may have \"chat\", \"completions\" and \"embeddings\"");
            }
            else
            {
                kinds.Add(kind.Value);
            }
        }

        return kinds.Count == 0 ? [ChatKind.Chat] : kinds;
    }

    private List<ChatFileUpstream> Upstreams(JsonElement list, string path)
    {
        List<ChatFileUpstream> upstreams = [];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MostUpstreams)
        {
            problems.Add($"'{path}' must be an array of 1 to {MostUpstreams} servers");
            return upstreams;
        }

        foreach (JsonElement item in list.EnumerateArray())
        {
            string here = $"{path}[{upstreams.Count}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                problems.Add($"'{here}' must be an object");
                return upstreams;
            }

            Known(item, here, "url", "model", "keyVariable", "keyFile");
            string? variable = Text(item, here, "keyVariable", 200), file = Text(item, here, "keyFile", 4096), model = Text(item, here, "model", 200);
            if (variable is not null && file is not null)
            {
                problems.Add($"'{here}' must have one of 'keyVariable' and 'keyFile'");
            }

            bool isAddress = Uri.TryCreate(Text(item, here, "url", 2000), UriKind.Absolute, out Uri? url) && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
                && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;
            if (!isAddress)
            {
                problems.Add($"'{here}.url' must be an https address such as https://api.example.com/v1, without user, query or fragment; http on loopback only");
            }

            if (string.IsNullOrEmpty(model))
            {
                problems.Add($"'{here}.model' must say what the model is called there");
            }

            upstreams.Add(new ChatFileUpstream(url ?? new Uri("https://localhost"), model ?? "") { KeyVariable = variable, KeyFile = file is null ? null : Path.GetFullPath(file, folder) });
        }

        return upstreams;
    }

    private ChatModelLimits Limits(JsonElement model, string path)
    {
        ChatModelLimits none = new();
        if (!model.TryGetProperty("limits", out JsonElement limits))
        {
            return none;
        }

        path += ".limits";
        if (limits.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"'{path}' must be an object");
            return none;
        }

        Known(limits, path, "concurrent", "concurrentPerKey", "bodyBytes", "answerBytes", "outputTokens", "requestTokens", "seconds", "firstTokenSeconds", "tokenSeconds", "writeSeconds");
        return new ChatModelLimits
        {
            Concurrent = Whole(limits, path, "concurrent", 1, 65_536) ?? none.Concurrent,
            ConcurrentPerKey = Whole(limits, path, "concurrentPerKey", 1, 65_536) ?? none.ConcurrentPerKey,
            BodyBytes = Whole(limits, path, "bodyBytes", 1024, 16 << 20) ?? none.BodyBytes,
            AnswerBytes = Whole(limits, path, "answerBytes", 64 << 10, 16 << 20) ?? none.AnswerBytes,
            OutputTokens = Whole(limits, path, "outputTokens", 1, int.MaxValue),
            RequestTokens = Whole(limits, path, "requestTokens", 1, int.MaxValue),
            Overall = Seconds("seconds", Day) ?? none.Overall,
            FirstToken = Seconds("firstTokenSeconds", Day) ?? none.FirstToken,
            PerToken = Seconds("tokenSeconds", 3600) ?? none.PerToken,
            Write = Seconds("writeSeconds", 3600) ?? none.Write,
        };

        TimeSpan? Seconds(string name, int most) => Whole(limits, path, name, 1, most) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    }

    private void Known(JsonElement element, string path, params string[] names)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!names.Contains(member.Name))
            {
                string shown = member.Name.Length <= 40 ? member.Name : member.Name[..40] + "...";
                problems.Add($"'{(path.Length == 0 ? "" : path + ".")}{shown}' isn't known; there are {string.Join(", ", names)}");
            }
        }
    }

    private string? Text(JsonElement element, string path, string name, int most)
    {
        if (!element.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= most && !text.Any(char.IsControl))
        {
            return text;
        }

        problems.Add($"'{path}.{name}' must be a text of 1 to {most} characters");
        return null;
    }

    private List<string> Texts(JsonElement element, string path, string name)
    {
        List<string> texts = [];
        if (!element.TryGetProperty(name, out JsonElement value))
        {
            return texts;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 64 || value.EnumerateArray().Any(static item => item.ValueKind != JsonValueKind.String))
        {
            problems.Add($"'{path}.{name}' must be an array of at most 64 texts");
            return texts;
        }

        texts.AddRange(value.EnumerateArray().Select(static item => item.GetString()!));
        return texts;
    }

    private int? Whole(JsonElement element, string path, string name, int least, int most)
    {
        if (!element.TryGetProperty(name, out JsonElement value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && int.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add(string.Create(CultureInfo.InvariantCulture, $"'{path}.{name}' must be a whole number from {least} to {most}"));
        return null;
    }
}
