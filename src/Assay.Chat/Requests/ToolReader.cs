using System.Text.Json;

namespace Assay.Chat;

/// <summary>Reads the member <c>tools</c>.</summary>
internal static class ToolReader
{
    internal static IReadOnlyList<ChatTool> Read(JsonElement? tools, MemberReader members)
    {
        List<ChatTool> read = [];
        if (tools is not { } list)
        {
            return read;
        }

        if (list.GetArrayLength() > ChatLimits.Tools)
        {
            members.Fail("tools", $"At most {ChatLimits.Tools} tools.", ChatCodes.TooLong);
            return read;
        }

        foreach (JsonElement tool in list.EnumerateArray())
        {
            if (tool.ValueKind != JsonValueKind.Object || new MemberReader(tool).Text("type") != "function" || new MemberReader(tool).Object("function") is not { } function)
            {
                members.Fail("tools", "Each tool must be {\"type\":\"function\",\"function\":{…}}: others aren't supported.", ChatCodes.Unsupported);
                return read;
            }

            MemberReader inner = new(function);
            string name = inner.Text("name") ?? "";
            read.Add(new ChatTool(name, inner.Text("description"), inner.Object("parameters"), inner.Flag("strict") ?? false));
            if (inner.Fault is not null || name.Length is 0 or > 64 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') || read.Take(read.Count - 1).Any(other => other.Name == name))
            {
                members.Fail("tools", "Each function has a name of its own, of up to 64 letters, digits, '_' and '-'; 'description' is a string, 'parameters' an object, 'strict' true or false.");
                return read;
            }
        }

        return read;
    }
}
