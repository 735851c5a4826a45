using System.Net.Http.Headers;
using System.Text.Json;

namespace Assay.Client;

/// <summary>Reads refusals in OpenAI's shape, <c>{"error":{"message","type","param","code"}}</c>.</summary>
internal static class ChatRefusal
{
    internal static NodeException Read(int status, ReadOnlyMemory<byte> body, HttpResponseHeaders headers)
    {
        (string code, string message) = ("client/http", $"The node answered with HTTP {status}.");
        List<string> alternatives = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement error = document.RootElement.GetProperty("error");
            message = error.GetProperty("message").GetString() ?? message;
            code = error.TryGetProperty("code", out JsonElement named) && named.ValueKind == JsonValueKind.String ? named.GetString()! : code;
            if (error.TryGetProperty("alternatives", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
            {
                alternatives.AddRange(list.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!));
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Something in between answered.
        }

        return new NodeException(status, code, message, "", alternatives)
        {
            Body = body,
            RequestId = headers.TryGetValues("x-request-id", out IEnumerable<string>? ids) ? ids.First() : null,
            RetryAfter = headers.RetryAfter?.Delta,
            IsFinal = headers.TryGetValues("x-should-retry", out IEnumerable<string>? should) && should.First() == "false",
        };
    }
}
