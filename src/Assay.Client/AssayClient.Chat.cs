using System.Net.Http.Headers;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <content>Chats, completions and embeddings in OpenAI's dialects.</content>
public sealed partial class AssayClient
{
    /// <summary>Sends a request as it is, reads the answer, whole or streamed, and fetches the bundle. Nothing is checked yet.</summary>
    /// <param name="kind">The dialect.</param>
    /// <param name="request">The body.</param>
    /// <param name="level">The level, for a body that doesn't name one: it goes into a header, so that the body's bytes stay the caller's. Null: the body says it.</param>
    /// <param name="cancellation">Ends the wait, and the work.</param>
    public async Task<ChatExchange> ChatAsync(ChatKind kind, ReadOnlyMemory<byte> request, VerificationLevel? level, CancellationToken cancellation)
    {
        using ChatCall call = await OpenChatAsync(kind, request, level, null, cancellation).ConfigureAwait(false);
        return await call.CompleteAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a request as it is, and returns when the answer has begun. Nothing is checked yet.</summary>
    /// <param name="kind">The dialect.</param>
    /// <param name="request">The body.</param>
    /// <param name="level">As for <see cref="ChatAsync"/>.</param>
    /// <param name="keys">The node's keys, by which a stream is held against what the node signs on the way; null: only at the end. Whether they are its is the caller's question (<see cref="ChatChecker.Accepts"/>).</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="NodeException">The node refused, or answered without a receipt.</exception>
    public async Task<ChatCall> OpenChatAsync(ChatKind kind, ReadOnlyMemory<byte> request, VerificationLevel? level, KeySet? keys, CancellationToken cancellation)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, new Uri(_node, kind switch { ChatKind.Chat => "v1/chat/completions", ChatKind.Completion => "v1/completions", _ => "v1/embeddings" }))
        {
            Content = new ReadOnlyMemoryContent(request) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        if (level is { } said)
        {
            message.Headers.TryAddWithoutValidation("Assay-Verification", said.ToString());
        }

        Authorize(message);
        DateTimeOffset sentAt = _time.GetUtcNow();
        HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        try
        {
            if (!response.IsSuccessStatusCode)
            {
                throw await ChatRefusalAsync(response, cancellation).ConfigureAwait(false);
            }

            if (!response.Headers.TryGetValues("Assay-Receipt", out IEnumerable<string>? values) || !ReceiptId.TryParse(values.First(), out ReceiptId id))
            {
                throw new NodeException(200, ChatClientCodes.NoReceipt, "The node answered without a receipt.", "Ask the operator which software runs there.", []);
            }

            string? secret = response.Headers.TryGetValues(SecretHeader, out IEnumerable<string>? secrets) ? secrets.First() : null;
            ProgressWatch? watch = keys is not null && ChatRequestReader.TryRead(kind, request, out _) is { } read ? new ProgressWatch(read, keys, id) : null;
            message.Options.TryGetValue(PaymentHandler.Result, out PaymentResult? payment);
            ChatCall call = new(this, kind, request, response, id, secret, watch, payment, sentAt, _time);
            response = null!;
            return call;
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>Checks a chat's answer against the bytes that were really sent and received. <see cref="ChatChecker"/> checks more: that it is no earlier answer.</summary>
    public Verdict Check(ChatExchange exchange, CheckOptions options)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(options);
        return ChatChecker.Judge(exchange, options, _time.GetUtcNow());
    }

    /// <summary>The keys that the node says are its own. Nothing is checked.</summary>
    /// <exception cref="NodeException">It doesn't say.</exception>
    public async Task<KeySet> GetKeySetAsync(CancellationToken cancellation)
    {
        byte[] reply = await GetAsync(".well-known/assay", cancellation).ConfigureAwait(false);
        try
        {
            using JsonDocument document = JsonDocument.Parse(reply);
            if (KeySet.TryDecode(document.RootElement.GetProperty("keySet").GetBytesFromBase64(), out _) is { } keys)
            {
                return keys;
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Said below.
        }

        throw new NodeException(200, "client/reply", "The node doesn't say which keys it has.", "", []);
    }

    private static async Task<NodeException> ChatRefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        const int MaxRefusal = 1 << 20;
        byte[] body = new byte[MaxRefusal];
        Stream stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        int length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return ChatRefusal.Read((int)response.StatusCode, body.AsMemory(0, length), response.Headers);
    }
}
