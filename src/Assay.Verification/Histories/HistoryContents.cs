using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Verification;

/// <summary>The contents that come with a history, by the digest that they are under, each compared with it once.</summary>
internal sealed class HistoryContents(HistoryDocument document)
{
    private readonly Dictionary<string, (IReadOnlyList<string>? Raw, bool IsRight)> _prompts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string? Raw, bool IsRight)> _tools = new(StringComparer.Ordinal);

    /// <summary>The system prompt of a digest; null if it isn't there. Whether it has that digest.</summary>
    internal (IReadOnlyList<string>? Raw, bool IsRight) Prompt(string digest)
    {
        if (!_prompts.TryGetValue(digest, out (IReadOnlyList<string>? Raw, bool IsRight) found))
        {
            _prompts[digest] = found = document.SystemPrompts.TryGetProperty(digest, out JsonElement value) ? ReadPrompt(value, digest) : (null, true);
        }

        return found;
    }

    /// <summary>The tools of a digest; null if they aren't there. Whether they have that digest.</summary>
    internal (string? Raw, bool IsRight) Tools(string digest)
    {
        if (!_tools.TryGetValue(digest, out (string? Raw, bool IsRight) found))
        {
            string? raw = document.Tools.TryGetProperty(digest, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            bool isRight = raw is null ? value.ValueKind == JsonValueKind.Undefined : Digest32.Sha256(Encoding.UTF8.GetBytes(raw)).ToString() == digest;
            _tools[digest] = found = (isRight ? raw : null, isRight);
        }

        return found;
    }

    private static (IReadOnlyList<string>? Raw, bool IsRight) ReadPrompt(JsonElement value, string digest)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(static text => text.ValueKind != JsonValueKind.String))
        {
            return (null, false);
        }

        string[] raw = [.. value.EnumerateArray().Select(static text => text.GetString()!)];
        return ChatDigests.SystemPrompt(raw.Select(static text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text)))?.ToString() == digest ? (raw, true) : (null, false);
    }
}
