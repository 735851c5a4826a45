using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Upstream;

/// <summary>What an upstream's refusal is to the caller. Its own words stay here: they may hold the operator's key, account or address.</summary>
internal static class UpstreamRefusal
{
    /// <summary>Most bytes of a refusal that are read.</summary>
    internal const int MaxBytes = 64 * 1024;

    private const int MaxWait = 3600;
    private static readonly string[] TooLongCodes = ["context_length_exceeded", "string_above_max_length", "exceed_context_size_error"];
    private static readonly string[] TooLongWords = ["maximum context length", "context length", "context window", "context size", "too many tokens"];

    internal static ChatBackendException Of(int status, ReadOnlySpan<byte> body, RetryConditionHeaderValue? retry, TimeProvider time)
    {
        (string? code, string? param, string message) = Read(body);
        return status switch
        {
            413 => TooLong(),
            400 or 422 when TooLongCodes.Contains(code) || TooLongWords.Any(word => message.Contains(word, StringComparison.OrdinalIgnoreCase)) => TooLong(),
            400 or 422 => new ChatBackendException(UpstreamCodes.Rejected, Rejected(code, param), 400),
            429 => new ChatBackendException(UpstreamCodes.Busy, "The server behind this model is asked for too much at the moment.", 429) { RetryAfterSeconds = Wait(retry, time) },
            408 or 409 or >= 500 => new ChatBackendException(UpstreamCodes.Unavailable, "The server behind this model can't answer at the moment.", 503),
            _ => new ChatBackendException(UpstreamCodes.Refused, "The server behind this model refuses this node; the operator must mend it.") { IsFinal = true },
        };
    }

    private static ChatBackendException TooLong() => new(ChatCodes.TooLong, "The request, or it and its answer, is longer than the model reads.", 400);

    private static string Rejected(string? code, string? param)
    {
        StringBuilder text = new("The server behind this model doesn't take the request");
        if (param is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"; it names '{param}'");
        }

        if (code is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"; code '{code}'");
        }

        return text.Append('.').ToString();
    }

    private static (string? Code, string? Param, string Message) Read(ReadOnlySpan<byte> body) =>
        StrictJson.TryParse(body, MaxBytes, 16) is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object
            ? (Word(error, "code"), Word(error, "param"), Text(error, "message") ?? "")
            : (null, null, "");

    private static string? Text(JsonElement parent, string name) => parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Names, not sentences: nothing that could be a secret, or markup.
    private static string? Word(JsonElement parent, string name) =>
        Text(parent, name) is { Length: > 0 and <= 40 } text && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '[' or ']') ? text : null;

    private static int? Wait(RetryConditionHeaderValue? retry, TimeProvider time)
    {
        TimeSpan? wait = retry?.Delta ?? (retry?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is null ? null : (int)Math.Clamp(Math.Ceiling(wait.Value.TotalSeconds), 1, MaxWait);
    }
}
