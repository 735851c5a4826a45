using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>
/// The text of a request that OpenGradient's enclaves hash: some of its members, in Python's JSON (docs/opengradient.md). What isn't
/// in it isn't signed.
/// </summary>
public static class OpenGradientRequest
{
    /// <summary>The canonical text of a request's body.</summary>
    /// <param name="body">The body as it was sent: JSON.</param>
    /// <param name="endpoint">Where it was sent.</param>
    /// <param name="error">A code of <see cref="OpenGradientErrors"/>, or null.</param>
    /// <returns>ASCII; null if the enclave wouldn't have read the body.</returns>
    public static string? TryCanonical(ReadOnlyMemory<byte> body, OpenGradientEndpoint endpoint, out string? error)
    {
        using JsonDocument? document = PythonJson.TryParse(body);
        error = document is null ? OpenGradientErrors.Json : null;
        if (document is null)
        {
            return null;
        }

        JsonElement root = document.RootElement;
        string? text = root.ValueKind != JsonValueKind.Object ? null : endpoint switch
        {
            OpenGradientEndpoint.Chat => Object(Chat(root)),
            OpenGradientEndpoint.Completion => Object(Completion(root)),
            _ => PythonJson.TryWrite(root),
        };
        error = text is null ? OpenGradientErrors.Request : null;
        return text;
    }

    private static SortedDictionary<string, string?> Chat(JsonElement root)
    {
        SortedDictionary<string, string?> members = Common(root);
        members["messages"] = !root.TryGetProperty("messages", out JsonElement messages) ? "[]"
            : messages.ValueKind == JsonValueKind.Array ? List(messages.EnumerateArray().Select(Message))
            : null;
        AddIfTruthy(members, root, "tools");
        AddIfTruthy(members, root, "response_format");
        if (root.TryGetProperty("web_search", out JsonElement search) && PythonJson.IsTruthy(search))
        {
            members["web_search"] = "true";
        }

        return members;
    }

    private static SortedDictionary<string, string?> Completion(JsonElement root)
    {
        SortedDictionary<string, string?> members = Common(root);
        members["prompt"] = Member(root, "prompt");
        return members;
    }

    /// <summary>Model, temperature (a float, 0 if there is none), and if they are there the most tokens and where to stop.</summary>
    private static SortedDictionary<string, string?> Common(JsonElement root)
    {
        SortedDictionary<string, string?> members = new(StringComparer.Ordinal) { ["model"] = Member(root, "model"), ["temperature"] = Temperature(root) };
        if (root.TryGetProperty("max_tokens", out JsonElement tokens) && tokens.ValueKind != JsonValueKind.Null)
        {
            members["max_tokens"] = PythonJson.TryWrite(tokens);
        }

        AddIfTruthy(members, root, "stop");
        return members;
    }

    private static string? Temperature(JsonElement root)
    {
        if (!root.TryGetProperty("temperature", out JsonElement temperature) || temperature.ValueKind == JsonValueKind.Null)
        {
            return "0.0";
        }

        return temperature.ValueKind == JsonValueKind.Number && double.TryParse(temperature.GetRawText(), CultureInfo.InvariantCulture, out double value)
            ? PythonJson.Repr(value)
            : null;
    }

    /// <summary>A message in the shape of its role; other members of it are left out.</summary>
    private static string? Message(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("role", out JsonElement role) || role.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        SortedDictionary<string, string?> members = new(StringComparer.Ordinal) { ["content"] = Member(message, "content") };
        string? name = PythonJson.TryGetString(role);
        switch (name)
        {
            case "system" or "developer":
                members["role"] = "\"system\"";
                break;
            case "user":
                members["role"] = "\"user\"";
                members["content"] = UserContent(message);
                break;
            case "assistant":
                members["role"] = "\"assistant\"";
                members["content"] = message.TryGetProperty("content", out JsonElement content) && PythonJson.IsTruthy(content) ? PythonJson.TryWrite(content) : "\"\"";
                if (message.TryGetProperty("tool_calls", out JsonElement calls) && PythonJson.IsTruthy(calls))
                {
                    members["tool_calls"] = calls.ValueKind == JsonValueKind.Array ? List(calls.EnumerateArray().Select(ToolCall)) : null;
                }

                break;
            case "tool":
                members["role"] = "\"tool\"";
                members["tool_call_id"] = Member(message, "tool_call_id");
                break;
            case "function":
                members["role"] = "\"function\"";
                members["name"] = Member(message, "name");
                break;
            default:
                return null;
        }

        return Object(members);
    }

    /// <summary>Text as it is; of images, sounds and files only that there was one, and a file's name. Their bytes aren't hashed.</summary>
    private static string? UserContent(JsonElement message) =>
        message.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.Array
            ? List(content.EnumerateArray().Where(static part => part.ValueKind == JsonValueKind.Object).Select(Part))
            : Member(message, "content");

    private static string? Part(JsonElement part)
    {
        SortedDictionary<string, string?> members = new(StringComparer.Ordinal) { ["type"] = Member(part, "type") };
        if (members["type"] == "\"text\"")
        {
            members["text"] = part.TryGetProperty("text", out JsonElement text) ? PythonJson.TryWrite(text) : "\"\"";
        }
        else if (members["type"] == "\"file\"" && part.TryGetProperty("file", out JsonElement file) && file.ValueKind == JsonValueKind.Object
            && file.TryGetProperty("filename", out JsonElement name) && PythonJson.IsTruthy(name))
        {
            members["filename"] = PythonJson.TryWrite(name);
        }

        return Object(members);
    }

    private static string? ToolCall(JsonElement call)
    {
        if (call.ValueKind != JsonValueKind.Object || !call.TryGetProperty("function", out JsonElement function) || function.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return Object(new SortedDictionary<string, string?>(StringComparer.Ordinal)
        {
            ["id"] = Member(call, "id"),
            ["type"] = Member(call, "type"),
            ["function"] = Object(new SortedDictionary<string, string?>(StringComparer.Ordinal) { ["name"] = Member(function, "name"), ["arguments"] = Member(function, "arguments") }),
        });
    }

    private static void AddIfTruthy(SortedDictionary<string, string?> members, JsonElement root, string name)
    {
        if (root.TryGetProperty(name, out JsonElement value) && PythonJson.IsTruthy(value))
        {
            members[name] = PythonJson.TryWrite(value);
        }
    }

    /// <summary>A member's text; null, as Python has it, if there is none.</summary>
    private static string? Member(JsonElement parent, string name) => parent.TryGetProperty(name, out JsonElement value) ? PythonJson.TryWrite(value) : "null";

    /// <summary>An object of members that are written already; null if one of them couldn't be.</summary>
    private static string? Object(SortedDictionary<string, string?> members)
    {
        StringBuilder text = new("{");
        foreach ((string name, string? value) in members)
        {
            text.Append(text.Length == 1 ? "" : ", ");
            PythonJson.WriteString(name, text);
            text.Append(": ").Append(value);
        }

        return members.ContainsValue(null) ? null : text.Append('}').ToString();
    }

    private static string? List(IEnumerable<string?> items)
    {
        string?[] all = [.. items];
        return all.Contains(null) ? null : $"[{string.Join(", ", all)}]";
    }
}
