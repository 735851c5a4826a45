using System.Net;
using System.Security.Cryptography;
using Assay.Chat;
using Assay.Primitives;

namespace Assay.Upstream;

/// <summary>One request to one server, and its answer.</summary>
internal sealed class UpstreamAttempt : IDisposable
{
    private readonly ChatPlan _plan;
    private readonly UpstreamChannel _channel;
    private readonly UpstreamOptions _options;
    private readonly UpstreamClock _clock;
    private readonly int _number;
    private readonly UpstreamAnswer _answer;
    private readonly IncrementalHash _received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CertificateNote _note = new();
    private HttpResponseMessage? _response;
    private EventReader? _events;
    private Digest32? _sent;

    internal UpstreamAttempt(ChatPlan plan, UpstreamChannel channel, UpstreamOptions options, UpstreamClock clock, int number)
    {
        (_plan, _channel, _options, _clock, _number) = (plan, channel, options, clock, number);
        _answer = new UpstreamAnswer(plan, channel.Model);
    }

    internal string Origin => _channel.Origin;

    internal ChatUsage? Usage => _answer.Usage;

    internal IEnumerable<string> Mutations => _answer.Withheld.Mutations;

    /// <summary>What the server has said of itself so far.</summary>
    internal UpstreamWord Word => new()
    {
        Origin = _channel.Origin,
        Model = _answer.Model is { } model ? UpstreamWords.Clean(model) : null,
        Fingerprint = _answer.Fingerprint,
        RequestId = _response is { } response && response.Headers.TryGetValues("x-request-id", out IEnumerable<string>? ids) ? UpstreamWords.Clean(ids.First()) : null,
        Certificate = _note.Certificate,
        Sent = _sent,
        Received = _response is null ? null : Digest32.From(_received.GetCurrentHash()),
        Attempt = _number,
    };

    /// <summary>Sends, and reads until there is something of the answer.</summary>
    /// <param name="into">Gets it.</param>
    /// <returns>Whether more is to come.</returns>
    /// <exception cref="ChatBackendException">There is no answer.</exception>
    internal async Task<bool> BeginAsync(List<ChatEvent> into)
    {
        _clock.Await(_options.First);
        await SendAsync().ConfigureAwait(false);
        if (_plan.Request.Kind == ChatKind.Embedding)
        {
            _answer.AddEmbeddings(await ReadAllAsync().ConfigureAwait(false), into);
            _clock.Rest();
            return false;
        }

        _events = new EventReader(await _response!.Content.ReadAsStreamAsync(_clock.Token).ConfigureAwait(false), _options.MaxLineBytes, _options.MaxEvents);
        bool isMore = true;
        while (isMore && into.Count == 0)
        {
            isMore = await ReadEventAsync(_events.NextAsync(_clock.Token), into).ConfigureAwait(false);
        }

        _clock.Rest();
        return isMore;
    }

    /// <summary>Reads an event.</summary>
    /// <returns>Whether more is to come.</returns>
    /// <exception cref="ChatBackendException">The answer can't be finished.</exception>
    internal async ValueTask<bool> NextAsync(List<ChatEvent> into)
    {
        ValueTask<ReadOnlyMemory<byte>?> next = _events!.NextAsync(_clock.Token);
        if (next.IsCompletedSuccessfully)
        {
            return Take(next.Result, into);
        }

        _clock.Await(_options.Idle);
        bool isMore = await ReadEventAsync(next, into).ConfigureAwait(false);
        _clock.Rest();
        return isMore;
    }

    public void Dispose()
    {
        _response?.Dispose();
        _received.Dispose();
    }

    private async Task SendAsync()
    {
        ReadOnlyMemory<byte> body = UpstreamBody.Write(_plan, _channel.Model);
        _sent = Digest32.Sha256(body.Span);
        try
        {
            _response = await _channel.SendAsync(_plan.Request.Kind, body, _note, _clock.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw _clock.Explain(e, UpstreamCodes.Unreachable, "The server behind this model can't be reached.");
        }

        if (_response.StatusCode != HttpStatusCode.OK)
        {
            byte[] refusal = await ReadAsync(UpstreamRefusal.MaxBytes, isCut: true).ConfigureAwait(false);
            throw UpstreamRefusal.Of((int)_response.StatusCode, refusal, _response.Headers.RetryAfter, _options.Time);
        }

        string expected = _plan.Request.Kind == ChatKind.Embedding ? "application/json" : "text/event-stream";
        if (!string.Equals(_response.Content.Headers.ContentType?.MediaType, expected, StringComparison.OrdinalIgnoreCase))
        {
            throw Broken.Because($"it isn't of the type {expected}");
        }

        if (_response.Content.Headers.ContentEncoding.Any(static encoding => !string.Equals(encoding, "identity", StringComparison.OrdinalIgnoreCase)))
        {
            throw Broken.Because("it is packed, which nobody asked for");
        }
    }

    private async ValueTask<bool> ReadEventAsync(ValueTask<ReadOnlyMemory<byte>?> next, List<ChatEvent> into)
    {
        try
        {
            return Take(await next.ConfigureAwait(false), into);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            throw _clock.Explain(e, UpstreamCodes.Broken, "The server behind this model broke off its answer.");
        }
    }

    private bool Take(ReadOnlyMemory<byte>? data, List<ChatEvent> into)
    {
        if (data is not { } bytes)
        {
            throw new ChatBackendException(UpstreamCodes.Broken, "The server behind this model broke off its answer.");
        }

        _received.AppendData(bytes.Span);
        _received.AppendData("\n"u8);
        if (EventReader.IsDone(bytes.Span))
        {
            _answer.End(into);
            return false;
        }

        _answer.Add(bytes.Span, into);
        return true;
    }

    private async Task<byte[]> ReadAllAsync()
    {
        byte[] body = await ReadAsync(ChatLimits.AnswerBytes, isCut: false).ConfigureAwait(false);
        _received.AppendData(body);
        return body;
    }

    private async Task<byte[]> ReadAsync(int most, bool isCut)
    {
        try
        {
            using Stream stream = await _response!.Content.ReadAsStreamAsync(_clock.Token).ConfigureAwait(false);
            using MemoryStream body = new();
            byte[] piece = new byte[16 * 1024];
            while (await stream.ReadAsync(piece, _clock.Token).ConfigureAwait(false) is var read and > 0)
            {
                if (body.Length + read > most)
                {
                    return isCut ? [] : throw Broken.Because($"it is longer than {most} bytes");
                }

                body.Write(piece, 0, read);
            }

            return body.ToArray();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            ChatBackendException known = _clock.Explain(e, UpstreamCodes.Broken, "The server behind this model broke off its answer.");
            return isCut ? [] : throw known;
        }
    }
}
