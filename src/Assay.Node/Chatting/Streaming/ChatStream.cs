using System.Buffers.Text;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using Assay.Chat;
using Assay.Node.Errors;
using Assay.Node.Releasing;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>
/// One streamed answer (spec/chat.md, "Stream"). Its end leaves only when its receipt is durable; if it can't be finished, what was sent has a receipt too,
/// and the connection is cut.
/// </summary>
internal sealed class ChatStream : IDisposable
{
    private const int MostUnflushed = 32;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    private readonly ChatJob _job;
    private readonly ChatService _service;
    private readonly ChatReceipts _receipts;
    private readonly ProgressSigner _signer;
    private readonly TimeProvider _time;
    private readonly ChatClock _clock;
    private readonly StreamSink _sink;
    private readonly AnswerWriter _writer;
    private readonly AnswerCollector _collected;
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(StreamHead.SaltLength);
    private readonly Digest32 _claims;
    private readonly bool[] _hasSpoken;
    private readonly bool _isHeld;
    private long _signedAt;
    private int _signed;
    private bool _isOver;

    internal ChatStream(ChatJob job, ChatService service, ChatReceipts receipts, ProgressSigner signer, TimeProvider time, ChatClock clock, PipeWriter caller, bool isHeld = false)
    {
        (_job, _service, _receipts, _signer, _time, _clock) = (job, service, receipts, signer, time, clock);
        _isHeld = isHeld || ReleaseGate.Holds(job.Plan.Policy);
        _sink = new StreamSink(caller, _isHeld);
        _writer = new AnswerWriter(job);
        _collected = new AnswerCollector(job);
        _claims = StreamHead.ClaimsRoot(_salt, job.Request.Protocol, job.Name, Digest32.Sha256(job.Request.Body.Span));
        _hasSpoken = new bool[job.Choices];
        _signedAt = time.GetTimestamp();
    }

    /// <summary>The receipt's digest, once it is durable.</summary>
    internal Digest32 Digest { get; private set; }

    /// <summary>Whether the response has begun: then no status can be answered any more.</summary>
    internal bool HasBegun => _sink.HasBegun;

    /// <summary>Answers.</summary>
    /// <param name="begin">Called before the first byte: sets status and headers.</param>
    /// <returns>Null if all was sent; the failure otherwise. If the response has begun by then, the connection is to be cut.</returns>
    internal async Task<NodeError?> RunAsync(Action begin)
    {
        try
        {
            await using IAsyncEnumerator<ChatEvent> events = _service.Run(_job, _clock).GetAsyncEnumerator(_clock.Token);
            bool more = await events.MoveNextAsync().ConfigureAwait(false);
            if (more && !_isHeld)
            {
                begin();
                _sink.Begin(_salt);
                _signer.Add(this);
            }

            while (more)
            {
                await WriteAsync(AnswerText.Clean(events.Current)).ConfigureAwait(false);
                ValueTask<bool> next = events.MoveNextAsync();
                if (!next.IsCompleted || _sink.Unflushed >= MostUnflushed)
                {
                    await TryFlushAsync().ConfigureAwait(false);
                }

                more = await next.ConfigureAwait(false);
                _clock.Token.ThrowIfCancellationRequested();
            }

            _collected.RequireWhole();
            await EndAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return await BreakOffAsync(ChatService.Failure(e, _clock)).ConfigureAwait(false);
        }

        return await FinishAsync(begin).ConfigureAwait(false);
    }

    /// <summary>Orders a progress receipt if events wait for one long enough.</summary>
    internal void OrderIfDue()
    {
        // Whoever holds the section is at it, or waits for a caller that takes nothing.
        if (!_sink.TryEnter())
        {
            return;
        }

        try
        {
            if (!_isOver && _sink.Count > _signed && _time.GetElapsedTime(_signedAt) >= Between)
            {
                Order();
            }
        }
        finally
        {
            _sink.Exit();
        }
    }

    /// <summary>Tells the caller a progress receipt.</summary>
    internal void Tell(int count, ReceiptEnvelope envelope) => _ = TellAsync(Encoding.ASCII.GetBytes($"assay-progress {count} {Base64Url.EncodeToString(envelope.Encode())}"));

    public void Dispose()
    {
        _signer.Remove(this);
        _writer.Dispose();
        _sink.Dispose();
    }

    private async Task WriteAsync(ChatEvent item)
    {
        _collected.Add(item);
        await _sink.EnterAsync(_clock.Token).ConfigureAwait(false);
        try
        {
            if (_job.Request.Kind == ChatKind.Chat && !_hasSpoken[item.Choice])
            {
                _hasSpoken[item.Choice] = true;
                Event(_writer.Role(item.Choice));
            }

            if ((item.Content ?? item.Refusal ?? item.Reasoning) is not null || item.Tool is not null || item.Logprobs is not null)
            {
                Event(_writer.Piece(item));
            }

            if (item.FinishReason is { } reason)
            {
                Event(_writer.Finish(item.Choice, reason));
            }
        }
        finally
        {
            _sink.Exit();
        }
    }

    private void Event(ReadOnlySpan<byte> data)
    {
        if (_sink.Transcript.Length + data.Length > _job.Model.Limits.AnswerBytes)
        {
            throw new ChatBackendException(AnswerCollector.TooLong, $"The answer is longer than {_job.Model.Limits.AnswerBytes} bytes, which is as much as a receipt here keeps.");
        }

        _sink.Event(data);
        if (!_isHeld && _sink.Count % StreamHead.EventsBetween == 0)
        {
            Order();
        }
    }

    private void Order()
    {
        _signer.Order(new ProgressOrder(this, _sink.Count, _receipts.Progress(_job, _claims, _sink.Root())));
        (_signed, _signedAt) = (_sink.Count, _time.GetTimestamp());
    }

    private async Task TellAsync(byte[] comment)
    {
        try
        {
            await _sink.EnterAsync(_clock.Token).ConfigureAwait(false);
            try
            {
                if (!_isOver)
                {
                    _sink.Comment(comment);
                    await HandOnAsync().ConfigureAwait(false);
                    _clock.AwaitNext();
                }
            }
            finally
            {
                _sink.Exit();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or IOException or InvalidOperationException)
        {
            // The stream has ended meanwhile.
        }
    }

    private async ValueTask FlushAsync()
    {
        if (_isHeld)
        {
            return;
        }

        await _sink.EnterAsync(_clock.Token).ConfigureAwait(false);
        try
        {
            await HandOnAsync().ConfigureAwait(false);
        }
        finally
        {
            _sink.Exit();
        }
    }

    // The failure isn't thrown here: the piece that is being waited for must have ended before the backend's enumerator is.
    private async ValueTask TryFlushAsync()
    {
        try
        {
            await FlushAsync().ConfigureAwait(false);
            _clock.AwaitNext();
        }
        catch (Exception) when (!_clock.Token.IsCancellationRequested)
        {
            _clock.CallerLeft();
        }
        catch (OperationCanceledException)
        {
            // The next piece won't come either.
        }
    }

    private async ValueTask HandOnAsync()
    {
        ValueTask<FlushResult> flush = _sink.FlushAsync(_clock.Token);
        if (!flush.IsCompleted)
        {
            _clock.AwaitCaller();
        }

        if ((await flush.ConfigureAwait(false)).IsCompleted)
        {
            _clock.CallerLeft();
            _clock.Token.ThrowIfCancellationRequested();
        }
    }

    // What comes after all choices, but for the end itself.
    private async Task EndAsync()
    {
        await _sink.EnterAsync(_clock.Token).ConfigureAwait(false);
        try
        {
            if (_job.Request.IncludesUsage && _job.Report.Usage is { } usage)
            {
                Event(_writer.Usage(usage));
            }
        }
        finally
        {
            _sink.Exit();
        }

        await FlushAsync().ConfigureAwait(false);
    }

    private async Task<NodeError?> FinishAsync(Action begin)
    {
        ChatAnswer answer = _collected.Answer();
        await _sink.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _clock.Rest();
            _sink.KeepDone();
            (Digest, NodeError? error) = await _receipts.IssueAsync(_job, answer, _sink.Transcript, ReceiptPhase.Final).ConfigureAwait(false);
            _isOver = true;
            if (error is not null)
            {
                if (_sink.HasBegun)
                {
                    _sink.Frame(_writer.Error(error.Code, error.Message));
                }

                return error;
            }

            if (_isHeld)
            {
                begin();
                _sink.Begin(_salt);
                _sink.Release();
            }

            _sink.SendDone();
            _sink.Comment(Encoding.ASCII.GetBytes($"assay-receipt {_job.Id} {Digest}"));
        }
        finally
        {
            _sink.Exit();
        }

        return null;
    }

    // Over what was sent until then; if nothing was, there is nothing to sign.
    private async Task<NodeError> BreakOffAsync(NodeError failure)
    {
        if (!_sink.HasBegun)
        {
            return failure;
        }

        _isOver = true;
        _job.BrokenBy = failure.Code;
        await _sink.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            byte[] told = _clock.IsHeard ? _writer.Error(failure.Code, failure.Message).ToArray() : [];
            if (told.Length > 0)
            {
                _sink.Keep(told);
            }

            // What was collected may be more than what was sent: the answer is what whoever has the stream reads in it.
            ChatAnswer sent = ChatStreamReader.TryRead(_job.Request.Kind, _sink.Transcript, out _, out _) ?? _collected.Answer();
            (Digest32 digest, NodeError? unlogged) = await _receipts.IssueAsync(_job, sent, _sink.Transcript, ReceiptPhase.Abort).ConfigureAwait(false);
            if (told.Length > 0)
            {
                _sink.Frame(told);
                _sink.Comment(Encoding.ASCII.GetBytes(unlogged is null ? $"assay-receipt {_job.Id} {digest}" : "no receipt: it can't be made durable"));
            }
        }
        finally
        {
            _sink.Exit();
        }

        return failure;
    }
}
