using System.Text;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>
/// A response of an OpenGradient enclave: what it says was signed, and the text that the signature is about. Reading one checks no
/// signature.
/// </summary>
public sealed class OpenGradientResponse
{
    private static readonly byte[] FramePrefix = "data:"u8.ToArray();

    private OpenGradientResponse()
    {
    }

    /// <summary>Hash of the canonical request.</summary>
    public required Digest32 RequestHash { get; init; }

    /// <summary>Hash of the output.</summary>
    public required Digest32 OutputHash { get; init; }

    /// <summary>Unix seconds by the enclave's clock.</summary>
    public required long Timestamp { get; init; }

    /// <summary>Which enclave.</summary>
    public required Digest32 TeeId { get; init; }

    /// <summary>Over request's hash, output's hash and time.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>What <see cref="OutputHash"/> should be of: the answer's text, or its tool calls in Python's JSON. Null if the response has none.</summary>
    public required string? Output { get; init; }

    /// <summary>What the signature is over.</summary>
    public Digest32 MessageHash => OpenGradientHashes.OfMessage(RequestHash, OutputHash, Timestamp);

    /// <summary>Reads a response of any endpoint: JSON, or a stream's frames as they came, from <c>data:</c> on.</summary>
    /// <param name="bytes">UTF-8.</param>
    /// <param name="error">A code of <see cref="OpenGradientErrors"/>, or null.</param>
    public static OpenGradientResponse? TryRead(ReadOnlyMemory<byte> bytes, out string? error)
    {
        if (bytes.Span.TrimStart(" \r\n"u8).StartsWith(FramePrefix))
        {
            return TryReadFrames(bytes, out error);
        }

        using JsonDocument? document = PythonJson.TryParse(bytes);
        if (document is null)
        {
            error = OpenGradientErrors.Json;
            return null;
        }

        return TryReadSigned(document.RootElement, OutputOf(document.RootElement), out error);
    }

    private static OpenGradientResponse? TryReadFrames(ReadOnlyMemory<byte> bytes, out string? error)
    {
        StringBuilder content = new();
        SortedDictionary<long, (string Id, string Name, StringBuilder Arguments)> calls = [];
        foreach (Range range in bytes.Span.Split((byte)'\n'))
        {
            (int start, int length) = range.GetOffsetAndLength(bytes.Length);
            ReadOnlyMemory<byte> line = bytes.Slice(start, length);
            if (!line.Span.StartsWith(FramePrefix) || line.Span[FramePrefix.Length..].Trim(" \r"u8).SequenceEqual("[DONE]"u8))
            {
                continue;
            }

            using JsonDocument? frame = PythonJson.TryParse(line[FramePrefix.Length..]);
            if (frame is null || !TryTakeDelta(frame.RootElement, content, calls))
            {
                error = OpenGradientErrors.Json;
                return null;
            }

            if (frame.RootElement.TryGetProperty("tee_signature", out _))
            {
                bool isCalls = Text(Choice(frame.RootElement), "finish_reason") == "tool_calls" && calls.Count > 0;
                return TryReadSigned(frame.RootElement, isCalls ? CallsText(calls) : content.ToString(), out error);
            }
        }

        error = OpenGradientErrors.Unsigned;
        return null;
    }

    /// <summary>What a frame adds: text, or pieces of tool calls by their index.</summary>
    private static bool TryTakeDelta(JsonElement frame, StringBuilder content, SortedDictionary<long, (string Id, string Name, StringBuilder Arguments)> calls)
    {
        if (frame.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        if (Choice(frame) is not { } choice || !choice.TryGetProperty("delta", out JsonElement delta) || delta.ValueKind != JsonValueKind.Object)
        {
            return true;
        }

        content.Append(Text(delta, "content"));
        if (!delta.TryGetProperty("tool_calls", out JsonElement pieces) || pieces.ValueKind != JsonValueKind.Array)
        {
            return true;
        }

        foreach (JsonElement piece in pieces.EnumerateArray())
        {
            if (piece.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            long index = piece.TryGetProperty("index", out JsonElement at) && at.ValueKind == JsonValueKind.Number && at.TryGetInt64(out long number) ? number : 0;
            JsonElement? function = piece.TryGetProperty("function", out JsonElement named) && named.ValueKind == JsonValueKind.Object ? named : null;
            (string id, string name, StringBuilder arguments) = calls.TryGetValue(index, out (string, string, StringBuilder) known) ? known : ("", "", new StringBuilder());
            arguments.Append(Text(function, "arguments"));
            calls[index] = (Text(piece, "id") is { Length: > 0 } newId ? newId : id, Text(function, "name") is { Length: > 0 } newName ? newName : name, arguments);
        }

        return true;
    }

    private static string CallsText(SortedDictionary<long, (string Id, string Name, StringBuilder Arguments)> calls)
    {
        StringBuilder text = new("[");
        foreach ((string id, string name, StringBuilder arguments) in calls.Values)
        {
            text.Append(text.Length == 1 ? "" : ", ").Append("{\"function\": {\"arguments\": ");
            PythonJson.WriteString(arguments.ToString(), text);
            text.Append(", \"name\": ");
            PythonJson.WriteString(name, text);
            text.Append("}, \"id\": ");
            PythonJson.WriteString(id, text);
            text.Append(", \"type\": \"function\"}");
        }

        return text.Append(']').ToString();
    }

    private static OpenGradientResponse? TryReadSigned(JsonElement root, string? output, out string? error)
    {
        error = OpenGradientErrors.Response;
        if (root.ValueKind != JsonValueKind.Object || TryReadDigest(root, "tee_request_hash") is not { } request || TryReadDigest(root, "tee_output_hash") is not { } answer
            || TryReadDigest(root, "tee_id") is not { } tee || !root.TryGetProperty("tee_timestamp", out JsonElement time) || time.ValueKind != JsonValueKind.Number
            || !time.TryGetInt64(out long timestamp) || timestamp is < 0 or > 253402300799 || Text(root, "tee_signature") is not string base64)
        {
            return null;
        }

        byte[] signature = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, signature, out int length) || length == 0)
        {
            return null;
        }

        error = null;
        return new OpenGradientResponse
        {
            RequestHash = request,
            OutputHash = answer,
            TeeId = tee,
            Timestamp = timestamp,
            Signature = signature.AsMemory(0, length),
            Output = output,
        };
    }

    /// <summary>The tool calls where they ended the answer (its text then isn't hashed), else the text; a search's content.</summary>
    private static string? OutputOf(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (Choice(root) is not { } choice)
        {
            return Text(root, "content");
        }

        if (!choice.TryGetProperty("message", out JsonElement message) || message.ValueKind != JsonValueKind.Object)
        {
            return Text(choice, "text");
        }

        bool isCalls = Text(choice, "finish_reason") == "tool_calls" && message.TryGetProperty("tool_calls", out JsonElement calls) && PythonJson.IsTruthy(calls);
        return isCalls ? PythonJson.TryWrite(message.GetProperty("tool_calls")) : Text(message, "content") ?? "";
    }

    private static JsonElement? Choice(JsonElement root) =>
        root.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0 && choices[0].ValueKind == JsonValueKind.Object
            ? choices[0]
            : null;

    /// <summary>A member's text; null if it isn't there, or isn't text.</summary>
    private static string? Text(JsonElement? parent, string name) =>
        parent is { } element && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? PythonJson.TryGetString(value) : null;

    /// <summary>64 hexadecimal digits, with or without <c>0x</c>: enclave ids come with it, hashes without.</summary>
    private static Digest32? TryReadDigest(JsonElement root, string name)
    {
        string? text = Text(root, name);
        ReadOnlySpan<char> digits = text.AsSpan();
        digits = digits.StartsWith("0x") ? digits[2..] : digits;
        return Digest32.TryParseHex(digits, out Digest32 digest) ? digest : null;
    }
}
