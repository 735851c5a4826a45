using System.Globalization;
using Assay.Evm;
using Assay.Node.Errors;

namespace Assay.Node.Paying;

/// <summary>
/// How much a payer may have in work that it can still leave unpaid, by moving its money or cancelling what it signed: one more than it has paid for
/// here. So nobody gets more for nothing than one piece of work beyond what it paid. The rest waits; who left something unpaid waits longer.
/// </summary>
internal sealed class PayerGate(PaymentStore store, TimeProvider time)
{
    private const int MostWaiting = 64;

    private readonly Dictionary<EvmAddress, Turns> _payers = [];

    /// <summary>Lets a payer's request begin; it ends with the result's disposal.</summary>
    /// <returns>Null with the reason if it isn't to be served.</returns>
    /// <exception cref="OperationCanceledException">It waited, and was broken off.</exception>
    internal async Task<(IDisposable? Place, NodeError? Refused)> EnterAsync(EvmAddress payer, CancellationToken cancellation)
    {
        TaskCompletionSource? turn = null;
        lock (_payers)
        {
            Turns turns = Of(payer);
            if (turns.Waiting.Count >= MostWaiting)
            {
                return (null, new NodeError(503, "payment/payer-busy", $"{MostWaiting} requests of this payer wait already: as many are worked on at once as it has paid for here, and one more.") { RetryAfterSeconds = 5 });
            }

            if (turns.Waiting.Count == 0 && turns.Working < Most(payer))
            {
                turns.Working++;
            }
            else
            {
                turns.Waiting.Add(turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        if (turn is not null)
        {
            await WaitAsync(payer, turn, cancellation).ConfigureAwait(false);
        }

        if (Blocked(payer) is { } blocked)
        {
            Leave(payer);
            return (null, blocked);
        }

        return (new Place(this, payer), null);
    }

    /// <summary>Takes a place, whether there is one or not: for a payment that is owed from before.</summary>
    internal IDisposable Take(EvmAddress payer)
    {
        lock (_payers)
        {
            Of(payer).Working++;
        }

        return new Place(this, payer);
    }

    /// <summary>A payment of it couldn't be settled: until when it isn't served, in Unix milliseconds. Twice as long each time.</summary>
    internal long BlockUntil(EvmAddress payer)
    {
        long failures = Math.Min(store.Payer(payer).Failures, 10);
        return (time.GetUtcNow() + TimeSpan.FromMinutes(1 << (int)failures)).ToUnixTimeMilliseconds();
    }

    private async Task WaitAsync(EvmAddress payer, TaskCompletionSource turn, CancellationToken cancellation)
    {
        try
        {
            await turn.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            bool isItsTurn;
            lock (_payers)
            {
                isItsTurn = !Of(payer).Waiting.Remove(turn);
            }

            if (isItsTurn)
            {
                Leave(payer);
            }

            throw;
        }
    }

    private void Leave(EvmAddress payer)
    {
        lock (_payers)
        {
            Turns turns = Of(payer);
            turns.Working--;
            long most = Most(payer);
            while (turns.Waiting.Count > 0 && turns.Working < most)
            {
                turns.Working++;
                turns.Waiting[0].SetResult();
                turns.Waiting.RemoveAt(0);
            }

            if (turns.Working == 0)
            {
                _payers.Remove(payer);
            }
        }
    }

    // What failed takes away what was earned: it begins anew.
    private long Most(EvmAddress payer) => store.Payer(payer) is { Failures: 0 } record ? 1 + record.Settled : 1;

    private NodeError? Blocked(EvmAddress payer)
    {
        long left = store.Payer(payer).BlockedUntil - time.GetUtcNow().ToUnixTimeMilliseconds();
        if (left <= 0)
        {
            return null;
        }

        int seconds = (int)Math.Min(int.MaxValue, (left / 1000) + 1);
        return new NodeError(403, "payment/payer-blocked", string.Create(CultureInfo.InvariantCulture, $"A payment of {payer} couldn't be settled after the work was done; for {seconds} s its requests aren't served."), "Pay from an account that holds what it promises.") { RetryAfterSeconds = seconds };
    }

    private Turns Of(EvmAddress payer)
    {
        if (!_payers.TryGetValue(payer, out Turns? turns))
        {
            _payers[payer] = turns = new Turns();
        }

        return turns;
    }

    private sealed class Turns
    {
        internal int Working { get; set; }

        internal List<TaskCompletionSource> Waiting { get; } = [];
    }

    private sealed class Place(PayerGate gate, EvmAddress payer) : IDisposable
    {
        public void Dispose() => gate.Leave(payer);
    }
}
