using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <summary>
/// Asks one peer to run a receipt's program again: it commits to its outputs before it is shown the node's, then endorses
/// (spec/endorsements.md). The peer is trusted for nothing but what its key signed. Safe for concurrent use, as its HttpClient is.
/// </summary>
public sealed class ReplayPeer
{
    private const int MaxItemLength = Endorsement.MaxLength + ReplayEvidence.MaxLength + 64;
    private const int MaxErrorLength = 16 * 1024;
    private const int MaxCodeLength = 64;
    private const int MostFirsts = 16 * 1024;

    private readonly HttpClient _http;
    private readonly TimeSpan _timeout;
    private readonly Dictionary<Digest32, string?> _named;
    private readonly Dictionary<Digest32, Digest32> _firsts = [];
    private readonly Queue<Digest32> _order = [];

    /// <summary>A client of one peer.</summary>
    /// <param name="http">Connection pool and redirects are the caller's; redirects are best switched off.</param>
    /// <param name="address">The peer.</param>
    /// <param name="timeout">Longest time for both steps together.</param>
    public ReplayPeer(HttpClient http, PeerAddress address, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(address);
        _http = http;
        Address = address;
        _timeout = timeout;
        _named = new Dictionary<Digest32, string?> { [address.Peer] = null };
    }

    /// <summary>The peer.</summary>
    public PeerAddress Address { get; }

    /// <summary>Asks. Whatever the peer does is an answer; throws only when cancelled.</summary>
    public async Task<PeerAnswer> AskAsync(PeerQuestion question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        try
        {
            return await TryAskAsync(question, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Nothing(PeerStatus.Late, PeerErrors.Late);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return Nothing(PeerStatus.Unreachable, PeerErrors.Unreachable);
        }
    }

    // Whoever has seen the outputs mustn't commit itself a second time: what counts for a receipt is the commitment before which nothing was disclosed.
    private bool IsFirst(ReplayCommitment commitment)
    {
        lock (_firsts)
        {
            if (!_firsts.TryGetValue(commitment.Receipt, out Digest32 first))
            {
                first = Digest32.Sha256(commitment.Bytes.Span);
                _firsts.Add(commitment.Receipt, first);
                _order.Enqueue(commitment.Receipt);
                if (_order.Count > MostFirsts)
                {
                    _firsts.Remove(_order.Dequeue());
                }
            }

            return first == Digest32.Sha256(commitment.Bytes.Span);
        }
    }

    private async Task<PeerAnswer> TryAskAsync(PeerQuestion question, CancellationToken cancellation)
    {
        (byte[]? committed, PeerAnswer? failed) = await PostAsync("v1/commitments", question.WithoutOutputs, ReplayCommitment.MaxLength, cancellation).ConfigureAwait(false);
        if (failed is not null)
        {
            return failed;
        }

        // Nothing is disclosed to a peer that hasn't committed itself.
        if (ReplayCommitment.TryDecode(committed, out _) is not { } commitment)
        {
            return Worthless(PeerErrors.Answer);
        }

        string? error = commitment.Verify(Address.Key) is not null ? PeerErrors.Commitment
            : commitment.Receipt != question.Bundle.Envelope.Digest ? PeerErrors.OtherReceipt
            : !IsFirst(commitment) ? PeerErrors.OtherCommitment
            : null;
        if (error is not null)
        {
            return Worthless(error);
        }

        (byte[]? endorsed, failed) = await PostAsync("v1/endorsements", question.WithOutputs, MaxItemLength, cancellation).ConfigureAwait(false);
        return failed ?? Appraise(question.Bundle, commitment, endorsed!);
    }

    // The one appraisal of verifiers, and what only the asker can know: that this is the commitment which came before.
    private PeerAnswer Appraise(Bundle bundle, ReplayCommitment commitment, byte[] endorsed)
    {
        if (AttachedEndorsement.TryDecode(endorsed, out _) is not { LogProof: null } item)
        {
            return Worthless(PeerErrors.Answer);
        }

        EndorsementStatus status = EndorsementAppraisal.Appraise(bundle, item, _named).Status;
        string? error = item.Endorsement.Issuer != Address.Key ? PeerErrors.OtherKey
            : status != EndorsementStatus.Counts ? VerdictNames.Id(status)
            : item.Opening is null && item.Endorsement.Finding == EndorsementFinding.Established ? PeerErrors.NoOpening
            : !ReplayEvidence.TryDecode(item.Evidence!.Value, out _)!.Commitment.Bytes.Span.SequenceEqual(commitment.Bytes.Span) ? PeerErrors.OtherCommitment
            : null;
        return error is not null ? Worthless(error)
            : new PeerAnswer(Address, item.Endorsement.Finding == EndorsementFinding.Refuted ? PeerStatus.Refuted : PeerStatus.Established, null, item);
    }

    private async Task<(byte[]? Body, PeerAnswer? Failed)> PostAsync(string path, ReadOnlyMemory<byte> bundle, int longest, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(Address.Url, path))
        {
            Content = new ReadOnlyMemoryContent(bundle) { Headers = { ContentType = new MediaTypeHeaderValue("application/vnd.assay.bundle+cbor") } },
        };
        using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        bool isOk = response.StatusCode == HttpStatusCode.OK;
        byte[]? body = await ReadAsync(response.Content, isOk ? longest : MaxErrorLength, cancellation).ConfigureAwait(false);
        return isOk
            ? (body, body is null ? Worthless(PeerErrors.Answer) : null)
            : (null, Nothing(PeerStatus.Refused, CodeOf(body) ?? PeerErrors.Http + (int)response.StatusCode));
    }

    // Null if it is longer: a peer may send for ever.
    private static async Task<byte[]?> ReadAsync(HttpContent content, int longest, CancellationToken cancellation)
    {
        byte[] buffer = new byte[longest + 1];
        Stream stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        int length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        return length > longest ? null : buffer[..length];
    }

    // It will be shown to people: a code has the characters of one.
    private static string? CodeOf(byte[]? body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            string? code = document.RootElement.GetProperty("code").GetString();
            return code is { Length: > 0 and <= MaxCodeLength } && code.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '/' or '-' or '_') ? code : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private PeerAnswer Worthless(string code) => Nothing(PeerStatus.Worthless, code);

    private PeerAnswer Nothing(PeerStatus status, string code) => new(Address, status, code, null);
}
