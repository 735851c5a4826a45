using System.Collections.Concurrent;
using System.Collections.Immutable;
using Assay.Client;
using Assay.Log.Committing;
using Assay.Node.Issuing;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Releasing;

/// <summary>
/// Brings the word of peers that run the program again. What a peer signs is logged and durable before it counts, whichever way
/// it goes; a peer that answers when the answer has already been decided about is still heard and logged.
/// </summary>
internal sealed class ReplayPeers : IEvidenceSource, IAsyncDisposable
{
    private const int MaxConnectionsToAPeer = 64;

    private readonly Expiry _expiry;
    private readonly ReceiptReader _receipts;
    private readonly ReceiptIssuer _issuer;
    private readonly Action<string> _warn;
    private readonly HttpClient _http;
    private readonly ReplayPeer[] _peers;
    private readonly ImmutableHashSet<Digest32> _known;
    private readonly Dictionary<Digest32, string?> _named;
    private readonly ConcurrentDictionary<Digest32, PeerStatus> _last = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stopping = new();

    internal ReplayPeers(NodeOptions options, Expiry expiry, ReceiptReader receipts, ReceiptIssuer issuer, Action<string> warn)
    {
        _expiry = expiry;
        _receipts = receipts;
        _issuer = issuer;
        _warn = warn;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, MaxConnectionsPerServer = MaxConnectionsToAPeer }) { Timeout = Timeout.InfiniteTimeSpan };
        _peers = [.. options.ReplayPeers.Select(address => new ReplayPeer(_http, address, options.ReplayTimeout))];
        _known = [.. _peers.Select(static peer => peer.Address.Peer)];
        _named = _known.ToDictionary(static peer => peer, static _ => (string?)null);
    }

    /// <summary>Whether an answer may be expected soon: some peer answered when it was asked last, or none has been asked yet.</summary>
    internal bool IsAnyWell => _peers.Any(peer => !_last.TryGetValue(peer.Address.Peer, out PeerStatus last) || last is PeerStatus.Established or PeerStatus.Refuted);

    /// <inheritdoc/>
    public PolicyCapabilities CapabilitiesFor(AnswerSource answered) => _peers.Length > 0 && answered.Model is { Terms.CanReplay: true } model && model.Runner.Semantics == WellKnown.FixedPointV1
        ? new PolicyCapabilities { Bases = [Basis.Replay], Peers = _known }
        : PolicyCapabilities.None;

    /// <inheritdoc/>
    public async Task<Gathered> GatherAsync(EvidenceRequest request, CancellationToken cancellation)
    {
        if (request.IsConfidential || request.Answered.Model is null || !Wants(request.Policy) || _receipts.Read(request.Receipt) is not { } receipt)
        {
            return Gathered.Nothing;
        }

        PeerRound round = await AskAsync(receipt, request.Policy, [], toTheEnd: false, cancellation).ConfigureAwait(false);
        if (!round.IsMet && !round.IsRefuted)
        {
            await GiveUpAsync(receipt).ConfigureAwait(false);
        }

        return new Gathered(round.Facts, round.Reports);
    }

    /// <summary>Whether there are peers here that the policy asks for.</summary>
    internal bool Wants(PolicyDocument? policy) => _peers.Length > 0 && PeerNeeds.Asked(policy, _known).Count > 0;

    /// <summary>What was said about a receipt so far: by peers that count here, and whether the node has given up on it.</summary>
    internal (IReadOnlyList<Endorsement> Said, bool GaveUp) Known(DurableReceipt receipt)
    {
        List<Endorsement> said = [];
        bool gaveUp = false;
        foreach ((_, AttachedEndorsement item) in _receipts.Endorsements(receipt.Id))
        {
            EndorsementStatus status = EndorsementAppraisal.Appraise(receipt.Bundle, item, _named).Status;
            gaveUp |= item.Endorsement.Finding == EndorsementFinding.Expired;
            if (status == EndorsementStatus.Counts)
            {
                said.Add(item.Endorsement);
            }
        }

        return (said, gaveUp);
    }

    /// <summary>Asks those of the policy's peers that haven't endorsed yet, all at once.</summary>
    /// <param name="receipt">A durable receipt.</param>
    /// <param name="policy">What is wanted.</param>
    /// <param name="known">What was said before.</param>
    /// <param name="toTheEnd">Whether to wait for all of them, or until it is decided only.</param>
    /// <param name="cancellation">Ends the wait; who is late is still heard.</param>
    internal async Task<PeerRound> AskAsync(DurableReceipt receipt, PolicyDocument policy, IReadOnlyList<Endorsement> known, bool toTheEnd, CancellationToken cancellation)
    {
        PeerRound round = new(policy, known);
        IReadOnlySet<Digest32> wanted = PeerNeeds.Asked(policy, _known);
        PeerQuestion question = new(receipt.Bundle);
        Dictionary<Task<PeerReport>, PeerAddress> waiting = [];
        foreach (ReplayPeer peer in _peers.Where(peer => wanted.Contains(peer.Address.Peer) && known.All(said => said.Issuer != peer.Address.Key)))
        {
            Task<PeerReport> asking = AskAndKeepAsync(peer, receipt.Id, question);
            Track(asking);
            waiting.Add(asking, peer.Address);
        }

        try
        {
            while (waiting.Count > 0 && (toTheEnd || !(round.IsMet || round.IsRefuted)))
            {
                Task<PeerReport> first = await Task.WhenAny(waiting.Keys).WaitAsync(cancellation).ConfigureAwait(false);
                waiting.Remove(first);
                round.Add(await first.ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Whoever hasn't answered is late.
        }

        foreach (PeerAddress left in waiting.Values)
        {
            round.Add(cancellation.IsCancellationRequested ? PeerReport.Late(left) : PeerReport.Pending(left));
        }

        return round;
    }

    /// <summary>Logs that the evidence which a policy asked for didn't come in time.</summary>
    internal Task GiveUpAsync(DurableReceipt receipt) => _expiry.SayAsync(receipt, Basis.Replay);

    /// <summary>Ends what is being asked, and waits for what is being made durable.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(false);
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task<PeerReport> AskAndKeepAsync(ReplayPeer peer, ReceiptId id, PeerQuestion question)
    {
        PeerAnswer answer;
        try
        {
            answer = await peer.AskAsync(question, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return PeerReport.Late(peer.Address);
        }

        Note(answer);
        return answer.Item is null || (await _issuer.EndorseAsync(id, answer.Item).ConfigureAwait(false)).Status == SubmitStatus.Committed
            ? PeerReport.Of(answer)
            : PeerReport.NotKept(peer.Address);
    }

    private void Track(Task task)
    {
        _running[task] = true;
        task.ContinueWith(done => _running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    // Once for each change: a peer that is down for a day isn't a line a request. What is refuted is always said.
    private void Note(PeerAnswer answer)
    {
        bool isNew = !_last.TryGetValue(answer.Address.Peer, out PeerStatus before) || before != answer.Status;
        _last[answer.Address.Peer] = answer.Status;
        if (answer.Status == PeerStatus.Refuted)
        {
            _warn($"assay: warning: peer {answer.Address.Peer} refutes receipt digest {answer.Item!.Endorsement.Receipt}: its own replay gives other outputs");
        }
        else if (isNew && answer.Status != PeerStatus.Established)
        {
            _warn($"assay: warning: peer {answer.Address.Peer} at {answer.Address.Url}: {answer.Detail}");
        }
    }
}
