using Assay.Evm;

namespace Assay.Chain;

public sealed partial class TransactionSender
{
    private const int MaxMended = 16;
    private const int SureAfter = 2;

    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MendingPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Waits until a transaction is in the chain. Meanwhile it is sent again where the server lost it, and so is what it waits for. Cancelling ends the wait only.
    /// </summary>
    /// <param name="transaction">One that was broadcast.</param>
    /// <param name="timeout">How long.</param>
    /// <param name="confirmations">How many blocks the chain must have from its block on, that one counted; at least 1.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<WaitReply> WaitAsync(SignedTransaction transaction, TimeSpan timeout, ulong confirmations, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ulong nonce = transaction.Transaction.Nonce;
        DateTimeOffset deadline = _clock.GetUtcNow() + timeout;
        TimeSpan pause = FirstPoll;
        int replaced = 0;
        while (true)
        {
            RpcReply<TransactionStatus> reply = await _chain.TransactionAsync(_options.ChainId, transaction.Hash, cancellation).ConfigureAwait(false);
            ChainTransaction? mined = reply.TryGet(out TransactionStatus? status) ? status.Mined : null;
            if (mined is not null)
            {
                await UsedAsync(nonce + 1, cancellation).ConfigureAwait(false);
                if (mined.Confirmations >= confirmations)
                {
                    return new WaitReply(WaitOutcome.Mined, mined, "");
                }
            }
            else if (status is not null && await _chain.TransactionCountAsync(Address, pending: false, cancellation).ConfigureAwait(false) is { Outcome: RpcOutcome.Answered } count)
            {
                // The transaction itself may have come into a block between the two questions: so the second time counts.
                replaced = count.Value > nonce ? replaced + 1 : 0;
                if (replaced >= SureAfter)
                {
                    await UsedAsync(count.Value, cancellation).ConfigureAwait(false);
                    return new WaitReply(WaitOutcome.Replaced, null, "");
                }

                if (replaced == 0 && pause > FirstPoll)
                {
                    await MendAsync(status.IsKnown ? null : transaction, cancellation).ConfigureAwait(false);
                }
            }

            TimeSpan left = deadline - _clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                return new WaitReply(WaitOutcome.Pending, mined, reply.Why);
            }

            await Task.Delay(pause < left ? pause : left, _clock, cancellation).ConfigureAwait(false);
            pause = pause * 2 < _options.MaxPoll ? pause * 2 : _options.MaxPoll;
        }
    }

    private async Task UsedAsync(ulong count, CancellationToken cancellation)
    {
        using IDisposable turn = await EnterAsync(cancellation).ConfigureAwait(false);
        _book.Used(count);
    }

    /// <summary>Sends again what the server lost: the transaction itself, and what lies below it. Where nobody holds a nonce that others wait for, one that does nothing fills it.</summary>
    private async Task MendAsync(SignedTransaction? lost, CancellationToken cancellation)
    {
        if (lost is not null && _isRightChain)
        {
            await _chain.SendRawAsync(lost.Raw, cancellation).ConfigureAwait(false);
        }

        using IDisposable turn = await EnterAsync(cancellation).ConfigureAwait(false);
        DateTimeOffset now = _clock.GetUtcNow();
        if (now - _lastMending < MendingPause || (!_isRightChain && await SynchroniseAsync(cancellation).ConfigureAwait(false) is not null))
        {
            return;
        }

        _lastMending = now;
        _book.Expire(now - _options.PreparedLifetime);
        RpcReply<ulong> next = await _chain.TransactionCountAsync(Address, pending: true, cancellation).ConfigureAwait(false);
        if (!next.TryGet(out ulong nonce))
        {
            return;
        }

        for (int i = 0; i < MaxMended && _book.IsAwaited(nonce); i++, nonce++)
        {
            RpcOutcome outcome = _book.At(nonce) is not { } held ? await FillAsync(nonce, cancellation).ConfigureAwait(false)
                : held.IsSent ? (await _chain.SendRawAsync(held.Transaction.Raw, cancellation).ConfigureAwait(false)).Outcome
                : RpcOutcome.Answered;
            if (outcome == RpcOutcome.Unavailable)
            {
                return;
            }
        }
    }

    /// <summary>Gives a nonce back; if others wait for it, one that does nothing takes it.</summary>
    private async Task FreeAsync(ulong nonce, CancellationToken cancellation)
    {
        _book.Free(nonce);
        if (_book.IsAwaited(nonce))
        {
            await FillAsync(nonce, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<RpcOutcome> FillAsync(ulong nonce, CancellationToken cancellation)
    {
        RpcReply<FeeSuggestion> reply = await FeesAsync(cancellation).ConfigureAwait(false);
        if (!reply.TryGet(out FeeSuggestion? fees))
        {
            return reply.Outcome;
        }

        SignedTransaction nothing = Sign(new TransactionRequest(Address, default), nonce, PlainGas, fees);
        _book.At(nonce)!.IsSent = true;
        return (await _chain.SendRawAsync(nothing.Raw, cancellation).ConfigureAwait(false)).Outcome;
    }
}
