using System.Collections.Concurrent;
using System.Threading.Channels;
using Assay.Node.Issuing;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Releasing;

/// <summary>
/// Asks peers about answers that have left already (<c>provisional</c>), a few at a time. What there was no room for, and what a
/// restart lost, is asked when somebody fetches the bundle; what peers didn't answer too, at most once a minute.
/// </summary>
internal sealed class PeerQueue : IAsyncDisposable
{
    private const int Capacity = 1024;
    private const int Workers = 4;
    private const int MostRemembered = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    /// <summary>Longest wait of somebody who fetches a bundle, if there is a peer that answers.</summary>
    private static readonly TimeSpan FetchWait = TimeSpan.FromSeconds(1);

    private readonly ReplayPeers _peers;
    private readonly ReceiptReader _receipts;
    private readonly TimeProvider _time;
    private readonly Channel<ReceiptId> _queue = Channel.CreateBounded<ReceiptId>(Capacity);
    private readonly ConcurrentDictionary<ReceiptId, TaskCompletionSource> _waiting = new();
    private readonly ConcurrentDictionary<ReceiptId, long> _asked = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;
    private readonly Action<string> _warn;
    private int _delayed;

    internal PeerQueue(ReplayPeers peers, ReceiptReader receipts, TimeProvider time, Action<string> warn)
    {
        _warn = warn;
        _peers = peers;
        _receipts = receipts;
        _time = time;
        _running = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(WorkAsync)));
    }

    /// <summary>Has peers asked about an answer that leaves, if its policy wants that.</summary>
    internal void AddIfWanted(ReceiptId id, PolicyDocument policy)
    {
        if (_peers.Wants(policy))
        {
            _ = Add(id);
        }
    }

    /// <summary>Has a receipt's peers asked, if there is room; null if there isn't.</summary>
    private Task? Add(ReceiptId id)
    {
        TaskCompletionSource job = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource known = _waiting.GetOrAdd(id, job);
        if (ReferenceEquals(known, job) && !_queue.Writer.TryWrite(id))
        {
            _waiting.TryRemove(id, out _);
            return null;
        }

        return known.Task;
    }

    /// <summary>Waits a moment for peers that are being asked about a receipt, and has them asked if that is due.</summary>
    internal async Task RefreshAsync(DurableReceipt receipt, CancellationToken cancellation)
    {
        if (!_peers.Wants(receipt.Policy))
        {
            return;
        }

        bool isWaiting = _waiting.TryGetValue(receipt.Id, out TaskCompletionSource? job);
        Task? asking = isWaiting ? job!.Task : IsDue(receipt) ? Add(receipt.Id) : null;
        if (asking is null || !_peers.IsAnyWell)
        {
            return;
        }

        try
        {
            await asking.WaitAsync(FetchWait, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The caller can fetch again.
        }
    }

    /// <summary>Drops what waits; what is with peers already ends with them.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.Complete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private bool IsDue(DurableReceipt receipt)
    {
        if (_asked.TryGetValue(receipt.Id, out long last) && _time.GetElapsedTime(last) < Pause)
        {
            return false;
        }

        (IReadOnlyList<Endorsement> said, _) = _peers.Known(receipt);
        PeerRound round = new(receipt.Policy!, said);
        return !round.IsMet && !round.IsRefuted;
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (ReceiptId id in _queue.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
            {
                try
                {
                    if (_receipts.Read(id) is { Policy: not null } receipt)
                    {
                        await AskAsync(receipt).ConfigureAwait(false);
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // One receipt that can't be read keeps no other from its peers.
                    _warn($"assay: warning: peers weren't asked about receipt {id}: {e.Message}");
                }
                finally
                {
                    _waiting.TryRemove(id, out TaskCompletionSource? job);
                    job?.TrySetResult();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task AskAsync(DurableReceipt receipt)
    {
        Remember(receipt.Id);
        (IReadOnlyList<Endorsement> said, bool gaveUp) = _peers.Known(receipt);
        PeerRound round = await _peers.AskAsync(receipt, receipt.Policy!, said, toTheEnd: true, _stopping.Token).ConfigureAwait(false);
        if (round.IsMet || round.IsRefuted || gaveUp || receipt.Policy!.Deadline is not { } deadline || _stopping.IsCancellationRequested)
        {
            return;
        }

        TimeSpan left = DateTimeOffset.FromUnixTimeMilliseconds(receipt.Bundle.Envelope.Statement.IssuedAt) + deadline - _time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            await _peers.GiveUpAsync(receipt).ConfigureAwait(false);
        }
        else if (left <= LongestDelay && Interlocked.Increment(ref _delayed) <= Capacity)
        {
            _ = AgainAsync(receipt.Id, left);
        }
    }

    // Once more at the deadline: then it is there, or the node says that it isn't.
    private async Task AgainAsync(ReceiptId id, TimeSpan after)
    {
        try
        {
            await Task.Delay(after + TimeSpan.FromMilliseconds(1), _time, _stopping.Token).ConfigureAwait(false);
            _ = Add(id);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Stopping.
        }

        Interlocked.Decrement(ref _delayed);
    }

    private void Remember(ReceiptId id)
    {
        if (_asked.Count >= MostRemembered)
        {
            foreach ((ReceiptId old, long last) in _asked)
            {
                if (_time.GetElapsedTime(last) >= Pause)
                {
                    _asked.TryRemove(old, out _);
                }
            }
        }

        _asked[id] = _time.GetTimestamp();
    }
}
