using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Assay.Chain;

/// <summary>JSON-RPC 2.0 over HTTP, one question a request. Whatever the server does comes out as a reply; nothing throws but the caller's cancellation.</summary>
internal sealed class JsonRpcChannel(HttpClient http, Uri rpc, ChainClientOptions options)
{
    private const int MaxDepth = 16;
    private const int MaxMessage = 500;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    private long _lastId;

    /// <summary>Asks.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Writes the parameters, inside of their array.</param>
    /// <param name="read">Reads the result; null if it isn't one of this method.</param>
    /// <param name="cancellation">The caller's.</param>
    public async Task<RpcReply<T>> AskAsync<T>(string method, Action<Utf8JsonWriter> parameters, Func<JsonElement, T?> read, CancellationToken cancellation)
        where T : class
    {
        long id = Interlocked.Increment(ref _lastId);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.Timeout);
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, rpc) { Content = Question(id, method, parameters) };
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);

            // Some servers say their errors with 400; with any other status it is a proxy that speaks.
            if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.BadRequest)
            {
                return Unavailable<T>(method, $"HTTP status {(int)response.StatusCode}");
            }

            byte[]? bytes = await ReadAsync(response.Content, patience.Token).ConfigureAwait(false);
            return bytes is null ? Unavailable<T>(method, $"more than {options.MaxAnswerBytes:N0} bytes") : Read(method, id, bytes, read);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unavailable<T>(method, $"no answer within {options.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or NotSupportedException)
        {
            return Unavailable<T>(method, e is HttpRequestException { HttpRequestError: not HttpRequestError.Unknown } known ? known.HttpRequestError.ToString() : "the connection broke");
        }
    }

    private static ByteArrayContent Question(long id, string method, Action<Utf8JsonWriter> parameters)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            json.WriteNumber("id", id);
            json.WriteString("method", method);
            json.WriteStartArray("params");
            parameters(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return new ByteArrayContent(buffer.WrittenSpan.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    private async Task<byte[]?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        if (content.Headers.ContentLength > options.MaxAnswerBytes)
        {
            return null;
        }

        using Stream stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[Math.Min(options.MaxAnswerBytes + 1, (int)(content.Headers.ContentLength ?? 4095) + 1)];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), cancellation).ConfigureAwait(false);
            length += read;
            if (read == 0)
            {
                return buffer[..length];
            }

            if (length > options.MaxAnswerBytes)
            {
                return null;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(options.MaxAnswerBytes + 1L, 2L * length));
            }
        }
    }

    private static RpcReply<T> Read<T>(string method, long id, byte[] bytes, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes, Strict);
            JsonElement answer = document.RootElement;
            bool ours = answer.ValueKind == JsonValueKind.Object
                && answer.TryGetProperty("jsonrpc", out JsonElement version) && version.ValueKind == JsonValueKind.String && version.ValueEquals("2.0")
                && answer.TryGetProperty("id", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out long got) && got == id;
            bool failed = answer.TryGetProperty("error", out JsonElement error);
            bool succeeded = answer.TryGetProperty("result", out JsonElement result);
            if (!ours || failed == succeeded)
            {
                return Unavailable<T>(method, "not an answer of JSON-RPC 2.0 to this question");
            }

            return failed
                ? ReadError(error) is { } refusal ? new RpcReply<T>(RpcOutcome.Refused, refusal, $"{method}: {refusal.Message} ({refusal.Code})") : Unavailable<T>(method, "an error that can't be read")
                : read(result) is { } value ? new RpcReply<T>(value) : Unavailable<T>(method, "a result that can't be one");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Invalid operation: text that isn't Unicode.
            return Unavailable<T>(method, "not JSON");
        }
    }

    private static RpcError? ReadError(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object || !error.TryGetProperty("code", out JsonElement code) || code.ValueKind != JsonValueKind.Number || !code.TryGetInt64(out long number)
            || !error.TryGetProperty("message", out JsonElement message) || message.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        // Some servers wrap the contract's bytes once more.
        bool hasData = error.TryGetProperty("data", out JsonElement data) && (data.ValueKind != JsonValueKind.Object || data.TryGetProperty("data", out data));
        string text = message.GetString()!;
        return new RpcError(number, text.Length > MaxMessage ? text[..MaxMessage] : text, hasData ? RpcJson.Bytes(data) : null);
    }

    private static RpcReply<T> Unavailable<T>(string method, string why) => new(RpcOutcome.Unavailable, null, $"{method}: {why}");
}
