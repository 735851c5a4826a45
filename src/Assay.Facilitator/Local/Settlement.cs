using System.Numerics;
using System.Runtime.CompilerServices;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Facilitator;

/// <summary>
/// Takes one payment from wherever it is to its end. What makes it safe is the chain, where a nonce is used once: whatever is sent twice,
/// the payer pays once. What this adds is that the end becomes known.
/// </summary>
internal sealed class Settlement(
    FacilitatorOptions options, ChainClient chain, TransactionSender sender, SettlementStore store, PaymentChecks checks, TokenReads reads, TimeProvider clock)
{
    private const int Tries = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    private const string UsedByNone = "its nonce is used, and no transaction that was searched settles this payment: it was taken back, or settled otherwise, or long ago";

    private static readonly Refusal NotSearched = new(PaymentErrors.ChainUnavailable, "its nonce is used, and the chain's server doesn't let be searched by what", true);

    private readonly SettlementSearch _search = new(chain);

    // What the account must have for the transaction that it couldn't pay for; null: nothing is known to be lacking.
    private volatile StrongBox<BigInteger>? _lacking;

    /// <summary>Ends with the payment's end, or with a refusal before anything was stored; only cancellation ends it otherwise.</summary>
    public async Task<SettleReply> RunAsync(SettlementKey key, PaymentPayload payment, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation)
    {
        StoredSettlement? row = store.Find(key);
        if (row is null)
        {
            (row, Refusal? refusal) = await BeginAsync(key, payment, offer, amount, cancellation).ConfigureAwait(false);
            if (row is null)
            {
                return new SettleReply(refusal!.Outcome, refusal.Reason, refusal.Message, payment.Transfer.Payer, null, null);
            }
        }

        while (row.State == SettlementState.Prepared)
        {
            if (await StepAsync(key, payment, offer, row, cancellation).ConfigureAwait(false) is not { } next)
            {
                // Whoever asks again has it tried again.
                return new SettleReply(FacilitatorOutcome.Unavailable, PaymentErrors.NoGas, OutOfGas.Message, payment.Transfer.Payer, null, null);
            }

            row = next;
        }

        return row.State == SettlementState.Settled
            ? new SettleReply(FacilitatorOutcome.Accepted, null, null, payment.Transfer.Payer, row.Transaction, row.Amount)
            : new SettleReply(FacilitatorOutcome.Refused, row.Reason, row.Transaction is null && IsUsed(row.Reason) ? UsedByNone : null, payment.Transfer.Payer, row.Transaction, null);
    }

    /// <summary>A refusal as long as the account is known to have no money for gas; it costs nothing before that happened.</summary>
    public async Task<Refusal?> WhyNoGasAsync(CancellationToken cancellation)
    {
        if (_lacking is not { } lacking)
        {
            return null;
        }

        if ((await chain.BalanceAsync(sender.Address, cancellation).ConfigureAwait(false)).TryGet(out BigInteger balance) && balance < lacking.Value)
        {
            return OutOfGas;
        }

        _lacking = null;
        return null;
    }

    private Refusal OutOfGas => new(PaymentErrors.NoGas, $"the facilitator's account {sender.Address} can't pay for gas", true);

    private async Task<(StoredSettlement? Row, Refusal? Refusal)> BeginAsync(
        SettlementKey key, PaymentPayload payment, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation)
    {
        SignedTransfer transfer = payment.Transfer;
        if (checks.Form(payment, offer, amount, out SponsoredPermit? permit) is { } wrong)
        {
            return (null, wrong);
        }

        if (await checks.AccountsAsync(transfer, offer, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return (null, refusal);
        }

        if (!(await chain.BlockNumberAsync(cancellation).ConfigureAwait(false)).TryGet(out ulong block))
        {
            return (null, Refusal.Unavailable);
        }

        StoredSettlement row = new()
        {
            Signed = transfer.Digest(offer),
            Offer = offer.Text,
            Payment = payment.Json,
            Amount = amount,
            State = SettlementState.Prepared,
            Raw = default,
            Block = block,
        };
        if (amount.IsZero)
        {
            // Nothing to move; remembered, so that it isn't charged after all.
            return (Keep(key, row with { State = SettlementState.Settled }, "settled"), null);
        }

        // A server's answers may be of different blocks: what doesn't fit together may do so a moment later.
        for (int i = 1; ; i++)
        {
            (StoredSettlement? made, Refusal? reason, bool isSure) = await TryBeginAsync(key, transfer, offer, permit, row, cancellation).ConfigureAwait(false);
            if (made is not null || isSure || i == Tries)
            {
                return (made, reason);
            }

            await Task.Delay(Poll, clock, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<(StoredSettlement? Row, Refusal? Refusal, bool IsSure)> TryBeginAsync(
        SettlementKey key, SignedTransfer transfer, PaymentRequirements offer, SponsoredPermit? permit, StoredSettlement row, CancellationToken cancellation)
    {
        RpcReply<SignedTransaction> prepared = await PrepareAsync(transfer, offer, row.Amount, permit, cancellation).ConfigureAwait(false);
        if (prepared.TryGet(out SignedTransaction? transaction))
        {
            options.AfterStep?.Invoke("signed");
            return (Keep(key, row with { Raw = transaction.Raw }, "prepared"), null, true);
        }

        if (prepared.Outcome != RpcOutcome.Refused)
        {
            return (null, new Refusal(PaymentErrors.ChainUnavailable, "the chain takes no transaction now", true), true);
        }

        Refusal reason = await checks.DiagnoseAsync(transfer, offer, permit is not null, cancellation).ConfigureAwait(false);
        if (!IsUsed(reason.Reason))
        {
            return (null, reason, reason.Reason is not (PaymentErrors.SimulationFailed or PaymentErrors.Permit2Simulation));
        }

        // Somebody else may have brought it to the chain: anybody can who sees it.
        ulong from = row.Block - Math.Min(row.Block, options.SearchBlocks);
        (bool known, ChainTransaction? found) = await _search.FindAsync(transfer, offer, row.Amount, from, cancellation).ConfigureAwait(false);
        return found is not null ? (Keep(key, row with { Block = from }, "found"), null, true) : (null, known ? reason with { Message = UsedByNone } : NotSearched, false);
    }

    // One round: send, wait, look. Null: the account can't pay for gas.
    private async Task<StoredSettlement?> StepAsync(SettlementKey key, PaymentPayload payment, PaymentRequirements offer, StoredSettlement row, CancellationToken cancellation)
    {
        bool isReverted = false;
        if (SignedTransaction.TryDecode(row.Raw, out SignedTransaction? transaction))
        {
            BroadcastReply sent = await sender.BroadcastAsync(transaction, cancellation).ConfigureAwait(false);
            options.AfterStep?.Invoke("broadcast");
            if (sent.Outcome == BroadcastOutcome.Refused)
            {
                // No money for gas, or too low a fee: not the payment's fault.
                EvmTransaction refused = transaction.Transaction;
                _lacking = new StrongBox<BigInteger>((refused.GasLimit * refused.MaxFeePerGas) + refused.Value);
                if (await WhyNoGasAsync(cancellation).ConfigureAwait(false) is not null)
                {
                    return null;
                }

                await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
            }

            if (sent.Outcome is BroadcastOutcome.Sent or BroadcastOutcome.NotYet)
            {
                WaitReply wait = await sender.WaitAsync(transaction, options.Patience, (ulong)options.Confirmations, cancellation).ConfigureAwait(false);
                if (wait.Outcome == WaitOutcome.Pending)
                {
                    return row;
                }

                if (wait is { Outcome: WaitOutcome.Mined, Transaction: { } mined })
                {
                    options.AfterStep?.Invoke("mined");
                    if (SettlementMatch.Judge(mined, offer, payment.Transfer, row.Amount) == SettlementFinding.Settles)
                    {
                        return Keep(key, row with { State = SettlementState.Settled, Transaction = mined.Hash }, "settled");
                    }

                    if (mined.Succeeded)
                    {
                        return Keep(key, row with { State = SettlementState.Failed, Transaction = mined.Hash, Reason = PaymentErrors.TransferMismatch }, "failed");
                    }

                    isReverted = true;
                }
            }
        }

        return await LookAsync(key, payment, offer, row, transaction, isReverted, cancellation).ConfigureAwait(false);
    }

    // Our transaction did nothing, or never will: the payment was settled by another, or is prepared anew, or can't be settled.
    private async Task<StoredSettlement> LookAsync(
        SettlementKey key, PaymentPayload payment, PaymentRequirements offer, StoredSettlement row, SignedTransaction? ours, bool isReverted, CancellationToken cancellation)
    {
        SignedTransfer transfer = payment.Transfer;
        (bool? used, ChainTransaction? found) = await FindAsync(transfer, offer, row, cancellation).ConfigureAwait(false);
        if (used is not null)
        {
            // A server's answers may be of different blocks, so the second time counts.
            await Task.Delay(Poll, clock, cancellation).ConfigureAwait(false);
            (used, found) = await FindAsync(transfer, offer, row, cancellation).ConfigureAwait(false);
        }

        if (found is not null && found.Confirmations >= (ulong)options.Confirmations)
        {
            return Keep(key, row with { State = SettlementState.Settled, Transaction = found.Hash }, "settled");
        }

        if (used is null)
        {
            await Task.Delay(found is null ? Pause : Poll, clock, cancellation).ConfigureAwait(false);
            return row;
        }

        if (used.Value)
        {
            return Keep(key, row with { State = SettlementState.Failed, Reason = transfer is PermitTransfer ? PaymentErrors.Permit2Nonce : PaymentErrors.NonceUsed }, "failed");
        }

        Refusal? refusal = checks.Form(payment, offer, row.Amount, out SponsoredPermit? permit);

        // One that failed in the chain isn't tried again: a payer could have us pay for gas for ever.
        RpcReply<SignedTransaction>? prepared = refusal is null && !isReverted ? await PrepareAsync(transfer, offer, row.Amount, permit, cancellation).ConfigureAwait(false) : null;
        if (prepared is { Outcome: RpcOutcome.Unavailable })
        {
            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
            return row;
        }

        if (prepared is not null && prepared.TryGet(out SignedTransaction? transaction))
        {
            return Keep(key, row with { Raw = transaction.Raw }, "prepared");
        }

        refusal ??= await checks.DiagnoseAsync(transfer, offer, permit is not null, cancellation).ConfigureAwait(false);
        if (refusal.IsUnavailable || IsUsed(refusal.Reason))
        {
            // Used since it was looked at: the next round finds by what.
            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
            return row;
        }

        string reason = refusal.Reason is PaymentErrors.SimulationFailed or PaymentErrors.Permit2Simulation
            ? offer.Method == TransferMethod.Permit2Upto ? PaymentErrors.UptoFailed : PaymentErrors.TransactionFailed
            : refusal.Reason;
        return Keep(key, row with { State = SettlementState.Failed, Transaction = ours?.Hash, Reason = reason }, "failed");
    }

    // The nonce first: one that isn't used has nothing to be searched for. Null: it isn't known, or there is no need to know.
    private async Task<(bool? Used, ChainTransaction? Found)> FindAsync(SignedTransfer transfer, PaymentRequirements offer, StoredSettlement row, CancellationToken cancellation)
    {
        ReadReply reply = await reads.IsUsedAsync(transfer, offer, cancellation).ConfigureAwait(false);
        if (reply.IsUnavailable || reply.Value is not { Flag: true })
        {
            return (reply.IsUnavailable ? null : false, null);
        }

        (bool known, ChainTransaction? found) = await _search.FindAsync(transfer, offer, row.Amount, row.Block, cancellation).ConfigureAwait(false);
        return (known && found is null ? true : null, found);
    }

    private static bool IsUsed(string? reason) => reason is PaymentErrors.NonceUsed or PaymentErrors.Permit2Nonce;

    private async Task<RpcReply<SignedTransaction>> PrepareAsync(
        SignedTransfer transfer, PaymentRequirements offer, BigInteger amount, SponsoredPermit? permit, CancellationToken cancellation)
    {
        SettlingCall call = SettlingCall.For(transfer, offer, amount, permit);
        return await sender.PrepareAsync(new TransactionRequest(call.To, call.Data), cancellation).ConfigureAwait(false);
    }

    private StoredSettlement Keep(SettlementKey key, StoredSettlement row, string step)
    {
        store.Put(key, row);
        options.AfterStep?.Invoke(step);
        return row;
    }
}
