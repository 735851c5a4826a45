using System.Collections.Concurrent;
using Assay.Files;
using Assay.Log.Committing;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>
/// Gets what is owed: asks the facilitator, says in the log that it was paid, and keeps both. What can't be finished now is tried again in the background,
/// and after a restart. Whoever asks while it goes on gets the same end.
/// </summary>
internal sealed class Settler : IAsyncDisposable
{
    private static readonly TimeSpan LongestSettlement = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private const int AtOnce = 16;

    private readonly PaymentStore _store;
    private readonly PayerGate _gate;
    private readonly IFacilitator _facilitator;
    private readonly NodeIdentity _identity;
    private readonly ReceiptIssuer _issuer;
    private readonly ReceiptReader _receipts;
    private readonly OfferSigner? _signer;
    private readonly TimeProvider _time;
    private readonly Action<string> _report;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<Settled>>> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (StoredPayment Payment, int Tries, long Next)> _owed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IDisposable> _places = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Settled> _finishing = new(StringComparer.Ordinal);
    private Task _retrying = Task.CompletedTask;

    internal Settler(PaymentStore store, PayerGate gate, IFacilitator facilitator, NodeIdentity identity, ReceiptIssuer issuer, ReceiptReader receipts, OfferSigner? signer, TimeProvider time, Action<string> report) =>
        (_store, _gate, _facilitator, _identity, _issuer, _receipts, _signer, _time, _report) = (store, gate, facilitator, identity, issuer, receipts, signer, time, report);

    /// <summary>How many payments are owed and not settled.</summary>
    internal int OwedCount => _owed.Count;

    /// <summary>Whether its payer was told that it is owed and not settled yet: nobody else waits for its first end.</summary>
    internal bool IsLate(string identity) => _owed.ContainsKey(identity);

    /// <summary>Takes up what a restart left, and goes on trying until it is disposed of.</summary>
    internal void Start()
    {
        foreach (StoredPayment payment in _store.Unfinished())
        {
            _places[payment.Identity] = _gate.Take(payment.Payer);
            _owed[payment.Identity] = (payment, 0, 0);
        }

        if (!_owed.IsEmpty)
        {
            _report($"assay: {_owed.Count} payment{(_owed.Count == 1 ? " is" : "s are")} owed from before; settling");
        }

        _retrying = Task.Run(RetryAsync, CancellationToken.None);
    }

    /// <summary>Settles a payment that is owed, or waits for whoever is about it. Nothing that the caller does breaks it off.</summary>
    /// <param name="owed">The payment.</param>
    /// <param name="fresh">What the caller has just read or made of it; null: it is read from the database and the log, which may know of its end.</param>
    internal async Task<Settled> SettleAsync(StoredPayment owed, PaymentAtHand? fresh = null)
    {
        Lazy<Task<Settled>> run = _running.GetOrAdd(owed.Identity, _ => new Lazy<Task<Settled>>(() => TryAsync(owed, fresh)));
        try
        {
            Settled settled = await run.Value.ConfigureAwait(false);
            if (settled.Outcome != FacilitatorOutcome.Pending)
            {
                _owed.TryRemove(owed.Identity, out _);
                Leave(owed.Identity);
            }
            else
            {
                Later(owed);
            }

            return settled;
        }
        catch
        {
            Later(owed);
            throw;
        }
        finally
        {
            _running.TryRemove(new KeyValuePair<string, Lazy<Task<Settled>>>(owed.Identity, run));
        }
    }

    /// <summary>Ends a payer's place at the gate: where its payment is owed, not before that is settled or refused.</summary>
    internal void LeaveOnceSettled(string identity, IDisposable place)
    {
        _places[identity] = place;
        if (!_owed.ContainsKey(identity))
        {
            Leave(identity);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _retrying.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Leave(string identity)
    {
        if (_places.TryRemove(identity, out IDisposable? place))
        {
            place.Dispose();
        }
    }

    private void Later(StoredPayment owed)
    {
        int tries = _owed.TryGetValue(owed.Identity, out (StoredPayment, int Tries, long) last) ? last.Tries + 1 : 1;
        TimeSpan pause = TimeSpan.FromSeconds(Math.Min(LongestPause.TotalSeconds, Math.Pow(2, Math.Min(tries, 10) - 1)));
        _owed[owed.Identity] = (owed, tries, _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency));
        if (tries == 1)
        {
            _report($"assay: warning: the payment for receipt {owed.Receipt} is owed and couldn't be settled yet; it is tried again");
        }
    }

    private async Task<Settled> TryAsync(StoredPayment owed, PaymentAtHand? fresh)
    {
        StoredPayment current = owed;
        if (fresh is null)
        {
            if (_finishing.TryGetValue(owed.Identity, out Settled? done))
            {
                return done;
            }

            // Somebody else may have come to the end of it meanwhile.
            current = _store.Find(owed.Identity) ?? owed;
            if (current.State is PaymentState.Settled or PaymentState.Failed)
            {
                return new Settled(current.State == PaymentState.Settled ? FacilitatorOutcome.Accepted : FacilitatorOutcome.Refused, current.Response);
            }
        }

        PaymentAtHand atHand = fresh ?? Read(current);
        if (atHand.Endorsed is { } endorsed)
        {
            return Finish(current, atHand, endorsed.Transaction);
        }

        SettleReply reply = current.Transaction is { } known
            ? new SettleReply(FacilitatorOutcome.Accepted, null, null, current.Payer, known, current.Charge)
            : await AskAsync(atHand, current).ConfigureAwait(false);
        if (reply.Outcome == FacilitatorOutcome.Accepted && reply.Transaction is null != current.Charge.IsZero)
        {
            _report($"assay: warning: the facilitator says that the payment for receipt {current.Receipt} is settled, and names no transaction");
            reply = reply with { Outcome = FacilitatorOutcome.Unavailable };
        }

        if (reply is { Outcome: FacilitatorOutcome.Unavailable, Reason: PaymentErrors.NoGas })
        {
            _report($"assay: error: the payment for receipt {current.Receipt} can't be settled: {reply.Message}");
        }

        switch (reply.Outcome)
        {
            case FacilitatorOutcome.Accepted when await EndorseAsync(current, atHand, reply.Transaction).ConfigureAwait(false):
                return Finish(current, atHand, reply.Transaction);
            case FacilitatorOutcome.Accepted:
                await _store.PaidAsync(current.Identity, reply.Transaction).ConfigureAwait(false);
                return Settled.Pending;
            case FacilitatorOutcome.Refused:
                return await FailAsync(current, atHand, reply).ConfigureAwait(false);
            default:
                return Settled.Pending;
        }
    }

    private PaymentAtHand Read(StoredPayment owed)
    {
        if (PayloadReader.TryRead(owed.Payload, out _) is not { } payment || RequirementsReader.TryReadText(owed.Offer) is not { } offer)
        {
            throw new InvalidDataException($"payment {owed.Identity} in the database can't be read");
        }

        ReceiptId id = owed.Receipt!.Value;
        DurableReceipt receipt = _receipts.Read(id) ?? throw new InvalidDataException($"receipt {id} of a payment isn't in the log");
        ReadOnlyMemory<byte>? evidence = _receipts.Endorsements(id).FirstOrDefault(static item => item.Item.Endorsement.By == Basis.Settlement).Item?.Evidence;
        return new PaymentAtHand(payment, offer, receipt.Bundle.Envelope.Digest) { Endorsed = evidence is { } bytes ? SettlementEvidence.TryDecode(bytes.Span) : null };
    }

    // Facilitators look at the chain before they refuse: a payment may have been settled by an attempt whose answer was lost, or by somebody
    // who saw the signed message.
    private async Task<SettleReply> AskAsync(PaymentAtHand atHand, StoredPayment owed)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(LongestSettlement);
        try
        {
            return await _facilitator.SettleAsync(atHand.Payment, atHand.Offer, owed.Charge, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new SettleReply(FacilitatorOutcome.Unavailable, null, null, null, null, null);
        }
    }

    private Settled Finish(StoredPayment owed, PaymentAtHand atHand, Digest32? transaction)
    {
        byte[] response = new SettlementResponse
        {
            Success = true,
            Payer = owed.Payer,
            Transaction = transaction,
            Network = NetworkOf(atHand),
            Amount = owed.Charge,
            Extensions = _signer?.Receipt(atHand.Offer, owed.Resource, owed.Payer, transaction, _time.GetUtcNow()),
        }.Write();
        Settled settled = new(FacilitatorOutcome.Accepted, response);

        // The log has it by now: after a crash the row follows from there. So nobody waits for it.
        _finishing[owed.Identity] = settled;
        _ = KeepAsync(owed, transaction, response);
        return settled;
    }

    private async Task KeepAsync(StoredPayment owed, Digest32? transaction, byte[] response)
    {
        try
        {
            await _store.SettleAsync(owed, transaction, response).ConfigureAwait(false);
            _finishing.TryRemove(owed.Identity, out _);
        }
        catch (PaymentStoreException)
        {
            // Said wherever the next payment is refused; the next start finds it in the log.
        }
    }

    private async Task<Settled> FailAsync(StoredPayment owed, PaymentAtHand atHand, SettleReply reply)
    {
        byte[] response = new SettlementResponse { Success = false, Reason = reply.Reason ?? "unexpected_settle_error", Payer = owed.Payer, Network = NetworkOf(atHand) }.Write();

        // It was in time when its work was done: that nobody could settle it then isn't the payer's fault.
        bool isOurs = IsLate(owed.Identity) && reply.Reason is PaymentErrors.ValidBefore or PaymentErrors.Permit2Deadline;
        await _store.FailAsync(owed, response, isOurs ? null : _gate.BlockUntil(owed.Payer)).ConfigureAwait(false);
        _report($"assay: warning: the payment of {owed.Payer} for receipt {owed.Receipt} can't be settled ({reply.Reason}); the answer stays here");
        return new Settled(FacilitatorOutcome.Refused, response);
    }

    private async Task<bool> EndorseAsync(StoredPayment owed, PaymentAtHand atHand, Digest32? transaction)
    {
        (ReceiptId id, PaymentRequirements offer, SignedTransfer transfer) = (owed.Receipt!.Value, atHand.Offer, atHand.Payment.Transfer);
        byte[] evidence = new SettlementEvidence
        {
            ChainId = offer.ChainId,
            Token = offer.Asset,
            Payer = transfer.Payer,
            Payee = offer.PayTo,
            Amount = owed.Charge,
            Nonce = transfer.Nonce,
            NonceKeeper = transfer.NonceKeeper(offer),
            Transaction = transaction,
            Payload = Digest32.Sha256(owed.Payload),
        }.Encode();
        try
        {
            Endorsement endorsement = Endorsement.Create(atHand.Receipt, [Question.Paid], Basis.Settlement, EndorsementFinding.Established, Digest32.Sha256(evidence), _time.GetUtcNow(), _identity.ReceiptSigner);
            return (await _issuer.EndorseAsync(id, AttachedEndorsement.Create(endorsement, evidence, null, null)).ConfigureAwait(false)).Status == SubmitStatus.Committed;
        }
        catch (KeyException e)
        {
            _report($"assay: warning: that receipt {id} was paid can't be signed: {e.Message}");
            return false;
        }
    }

    private async Task RetryAsync()
    {
        try
        {
            while (true)
            {
                // Not one after the other: payments run out, and a chain may take a minute for each.
                IEnumerable<StoredPayment> due = _owed.Values.Where(owed => owed.Next <= _time.GetTimestamp()).Select(static owed => owed.Payment);
                await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = _stop.Token }, async (payment, _) => await SettleInBackgroundAsync(payment).ConfigureAwait(false)).ConfigureAwait(false);
                await Task.Delay(Tick, _time, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops; what is owed stays in the database.
        }
    }

    private async Task SettleInBackgroundAsync(StoredPayment payment)
    {
        try
        {
            await SettleAsync(payment).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Of one payment: the others are still to be settled, and this one is tried again.
            _report($"assay: settling the payment for receipt {payment.Receipt}: {e.Message}");
        }
    }

    private static string NetworkOf(PaymentAtHand atHand) => atHand.Payment.Version == 1 ? atHand.Payment.Network : atHand.Offer.Network;
}
