using System.Collections.Concurrent;
using System.Globalization;
using Assay.Evm;
using Assay.Node.Errors;

namespace Assay.Node.Paying;

/// <summary>
/// Who pays for the first time waits for the end of its requests before; who let the node work for nothing waits longer. So nobody gets more than
/// one piece of work for nothing.
/// </summary>
internal sealed class PayerGate(PaymentStore store, TimeProvider time)
{
    private const int MostWaiting = 64;
    private const int MostKnown = 100_000;

    private readonly ConcurrentDictionary<EvmAddress, bool> _proven = new();
    private readonly ConcurrentDictionary<EvmAddress, Queue> _queues = new();

    /// <summary>Lets a payer's request begin; it ends with the result's disposal.</summary>
    /// <returns>Null with the reason if it isn't to be served.</returns>
    internal async Task<(IDisposable? Place, NodeError? Refused)> EnterAsync(EvmAddress payer, CancellationToken cancellation)
    {
        if (_proven.ContainsKey(payer))
        {
            return (Open.Place, null);
        }

        Queue queue;
        while (true)
        {
            queue = _queues.GetOrAdd(payer, static (key, gate) => new Queue(key, gate._queues), this);
            int waiting = queue.TryJoin();
            if (waiting > MostWaiting)
            {
                queue.Leave(held: false);
                return (null, new NodeError(503, "payment/payer-busy", $"{MostWaiting} requests of this payer wait already; until its first payment is settled they are worked on one after the other.") { RetryAfterSeconds = 5 });
            }

            if (waiting > 0)
            {
                break;
            }
        }

        try
        {
            await queue.Turn.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            queue.Leave(held: false);
            throw;
        }

        PayerRecord record = store.Payer(payer);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (record.BlockedUntil > now)
        {
            queue.Leave(held: true);
            int seconds = (int)Math.Min(int.MaxValue, ((record.BlockedUntil - now) / 1000) + 1);
            return (null, new NodeError(403, "payment/payer-blocked", string.Create(CultureInfo.InvariantCulture, $"A payment of {payer} couldn't be settled after the work was done; for {seconds} s its requests aren't served."), "Pay from an account that holds what it promises.") { RetryAfterSeconds = seconds });
        }

        if (record is { Settled: > 0, Failures: 0 })
        {
            queue.Leave(held: true);
            if (_proven.Count < MostKnown)
            {
                _proven[payer] = true;
            }

            return (Open.Place, null);
        }

        return (queue, null);
    }

    /// <summary>A payment of it couldn't be settled: until when it isn't served, in Unix milliseconds.</summary>
    internal long Block(EvmAddress payer)
    {
        _proven.TryRemove(payer, out _);
        long failures = Math.Min(store.Payer(payer).Failures, 10);
        return (time.GetUtcNow() + TimeSpan.FromMinutes(1 << (int)failures)).ToUnixTimeMilliseconds();
    }

    private sealed class Open : IDisposable
    {
        internal static Open Place { get; } = new();

        public void Dispose()
        {
        }
    }

    /// <summary>One payer's requests; it goes away with the last of them.</summary>
    private sealed class Queue(EvmAddress payer, ConcurrentDictionary<EvmAddress, Queue> all) : IDisposable
    {
        private int _joined;
        private bool _isGone;

        internal SemaphoreSlim Turn { get; } = new(1);

        /// <summary>How many are in it with this one; 0: it is gone, and another one must be made.</summary>
        internal int TryJoin()
        {
            lock (Turn)
            {
                return _isGone ? 0 : ++_joined;
            }
        }

        internal void Leave(bool held)
        {
            if (held)
            {
                Turn.Release();
            }

            lock (Turn)
            {
                if (--_joined == 0)
                {
                    _isGone = true;
                    all.TryRemove(new KeyValuePair<EvmAddress, Queue>(payer, this));
                }
            }
        }

        public void Dispose() => Leave(held: true);
    }
}
