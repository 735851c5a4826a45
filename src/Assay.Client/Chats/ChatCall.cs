using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Assay.Chat;
using Assay.Primitives;
using Assay.Verification;

namespace Assay.Client;

/// <summary>An answer that has begun: its lines as they come, unchecked, and then the exchange. One caller at a time.</summary>
public sealed class ChatCall : IDisposable
{
    // The node closes a stream after its end; whoever is in between may not.
    private static readonly TimeSpan AfterDone = TimeSpan.FromSeconds(5);

    // The answer is there, perhaps paid for: that a connection drops now is no reason to lose it.
    private static readonly TimeSpan[] BundlePauses = [TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1)];

    private readonly AssayClient _client;
    private readonly HttpResponseMessage _response;
    private readonly TimeProvider _time;
    private readonly ReadOnlyMemory<byte> _request;
    private readonly ProgressWatch? _watch;
    private readonly DateTimeOffset _sentAt;
    private readonly PaymentResult? _payment;
    private readonly StreamLines _lines = new(ChatLimits.AnswerBytes);
    private bool _isRead, _isDone, _isCut;

    internal ChatCall(AssayClient client, ChatKind kind, ReadOnlyMemory<byte> request, HttpResponseMessage response, ReceiptId id, string? secret, ProgressWatch? watch, PaymentResult? payment, DateTimeOffset sentAt, TimeProvider time)
    {
        (_client, _response, _time, _request, _watch, _sentAt) = (client, response, time, request, watch, sentAt);
        (Kind, ReceiptId, Secret, _payment) = (kind, id, secret, payment);
        IsStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
    }

    /// <summary>The dialect.</summary>
    public ChatKind Kind { get; }

    /// <summary>Whether it comes as a stream.</summary>
    public bool IsStream { get; }

    /// <summary>The id of the receipt that it should have.</summary>
    public ReceiptId ReceiptId { get; }

    /// <summary>The headers of the answer. Nothing about them is checked.</summary>
    public HttpResponseHeaders Headers => _response.Headers;

    /// <summary>How many of the stream's first events the node has signed on the way, as far as they came and were checked.</summary>
    public int SignedEvents => _watch?.Signed ?? 0;

    /// <summary>Whether something was signed on the way by other keys than were given: they may be new. The final receipt tells.</summary>
    public bool HasOtherKeys => _watch?.HasOtherKeys ?? false;

    private string? Secret { get; }

    /// <summary>The lines of a stream as they come, to its end; nothing of a body. They are provisional: only <see cref="CompleteAsync"/> has what can be checked.</summary>
    /// <exception cref="ChatShortfallException">What came isn't what the node signed on the way.</exception>
    public async IAsyncEnumerable<ChatStreamLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Stream stream = await _response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        byte[] chunk = new byte[16 * 1024];
        while (!_isRead)
        {
            int count = await ReadAsync(stream, chunk, limit.Token, cancellation).ConfigureAwait(false);
            if (!_lines.TryAdd(chunk.AsSpan(0, count)))
            {
                throw Short(ChatClientCodes.Unreadable, "The answer is given up: it is longer than 64 MiB.");
            }

            _isRead = count == 0;
            while (IsStream && _lines.TryTake(_isRead, out ChatStreamLine line))
            {
                if (_watch?.Take(line) is { } contradiction)
                {
                    throw Short(ChatClientCodes.StreamContradicted, $"The answer was given up while it came: it isn't what the node signed on the way. {VerdictWords.OfDetail(contradiction)} [{contradiction}]");
                }

                if (line.IsDone && !_isDone)
                {
                    _isDone = true;
                    limit.CancelAfter(AfterDone);
                }

                yield return line;
            }
        }
    }

    /// <summary>
    /// Reads what is left, and fetches the bundle, again if the connection drops. A stream that broke off has one too: it says what was sent until then.
    /// Whatever fails here, the request was answered, and perhaps paid for: what came stands in the exception.
    /// </summary>
    /// <exception cref="ChatShortfallException">What came isn't what the node signed on the way, or is no answer, or its receipt can't be had.</exception>
    public async Task<ChatExchange> CompleteAsync(CancellationToken cancellation)
    {
        await foreach (ChatStreamLine _ in ReadAsync(cancellation).ConfigureAwait(false))
        {
            // Kept in passing.
        }

        ReadOnlyMemory<byte> received = _lines.Received;
        SseCapture? capture = null;
        if (IsStream)
        {
            capture = SseCapture.TryRead(received.Span, out string? error) ?? throw Short(ChatClientCodes.Unreadable, $"The answer isn't released: it isn't a stream of events: {error}.");
        }

        try
        {
            return Exchange(received, capture, await BundleAsync(cancellation).ConfigureAwait(false));
        }
        catch (NodeException e)
        {
            string why = capture is { IsDone: false } ? "it broke off, and the node has no receipt of it" : "its receipt can't be had";
            throw new ChatShortfallException(ChatClientCodes.NoReceipt, $"The answer isn't released: {why} [{(e.Code.Length <= 80 ? e.Code : e.Code[..80])}]", null, Exchange(received, capture, []));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new ChatShortfallException(ChatClientCodes.NoReceipt, "The answer isn't released: its receipt can't be had, for the node can't be reached any more.", null, Exchange(received, capture, []));
        }
    }

    private async Task<byte[]> BundleAsync(CancellationToken cancellation)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await _client.GetBundleAsync(ReceiptId, Secret, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (attempt < BundlePauses.Length && e is HttpRequestException or IOException or NodeException { Status: 408 or 425 or 429 or >= 500 })
            {
                await Task.Delay(BundlePauses[attempt], _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private ChatShortfallException Short(string reason, string message) => new(reason, message, null, Exchange(_lines.Received, null, []));

    private ChatExchange Exchange(ReadOnlyMemory<byte> received, SseCapture? capture, byte[] bundle) => new()
    {
        Kind = Kind,
        Request = _request,
        Received = received,
        Answer = capture?.Transcript ?? received,
        IsStream = IsStream,
        IsWhole = IsStream ? capture is { IsDone: true } : !_isCut,
        ReceiptId = ReceiptId,
        ReceiptSecret = Secret,
        Bundle = bundle,
        Payment = bundle.Length > 0 ? _payment?.HeldAgainst(bundle) : _payment,
        SentAt = _payment is { } paid && DateTimeOffset.FromUnixTimeSeconds(paid.Payment.SignedAt) is var signed && signed < _sentAt ? signed : _sentAt,
    };

    /// <summary>Ends it, also if it hasn't come to its end: the node stops working.</summary>
    public void Dispose() => _response.Dispose();

    private async ValueTask<int> ReadAsync(Stream stream, byte[] chunk, CancellationToken limit, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(chunk, limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_isDone && !cancellation.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // It broke off: what came is kept, and [DONE] or the receipt tells a whole answer.
            _isCut = true;
            return 0;
        }
    }
}
