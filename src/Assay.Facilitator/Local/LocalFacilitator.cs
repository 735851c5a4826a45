using System.Collections.Concurrent;
using System.Numerics;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Microsoft.Data.Sqlite;

namespace Assay.Facilitator;

/// <summary>
/// A facilitator of its own: checks payments against a chain and settles them by an account's transactions. Each is durable with its
/// payment before it leaves, so that after any end of the process the same transaction goes on, and never a second one charges.
/// </summary>
public sealed class LocalFacilitator : IFacilitator, IAsyncDisposable
{
    private static readonly string[] Schemes = [PaymentRequirements.Exact, PaymentRequirements.Upto];

    private readonly FacilitatorOptions _options;
    private readonly TransactionSender _sender;
    private readonly SettlementStore _store;
    private readonly PaymentChecks _checks;
    private readonly Settlement _settlement;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<SettlementKey, Running> _running = new();
    private readonly CancellationTokenSource _ending = new();

    private LocalFacilitator(FacilitatorOptions options, ChainClient chain, TransactionSender sender, SettlementStore store, TimeProvider clock)
    {
        (_options, _sender, _store, _clock) = (options, sender, store, clock);
        TokenReads reads = new(chain);
        _checks = new PaymentChecks(options, chain, reads, sender.Address, clock);
        _settlement = new Settlement(options, chain, sender, store, _checks, reads, clock);
    }

    /// <summary>The account that settles.</summary>
    public EvmAddress Account => _sender.Address;

    /// <summary>Starts one, and goes on with what an earlier process left open. It needs no chain for that: it waits for it.</summary>
    /// <param name="options">How it works.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="sender">Sends for the account; nobody else may.</param>
    /// <param name="store">Its memory, which stays the caller's to dispose, after this.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellation">Ends the start.</param>
    public static async Task<LocalFacilitator> StartAsync(
        FacilitatorOptions options, ChainClient chain, TransactionSender sender, SettlementStore store, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(store);
        LocalFacilitator facilitator = new(options, chain, sender, store, clock);
        List<(SettlementKey Key, PaymentPayload Payment, PaymentRequirements Offer, StoredSettlement Row)> open = [];
        foreach (StoredSettlement row in store.Open())
        {
            if (PayloadReader.TryRead(row.Payment, out _) is { } payment && RequirementsReader.TryReadText(row.Offer) is { } offer)
            {
                // Their numbers are held before a new transaction can take one.
                if (SignedTransaction.TryDecode(row.Raw, out SignedTransaction? transaction))
                {
                    await sender.AdoptAsync(transaction, cancellation).ConfigureAwait(false);
                }

                open.Add((SettlementKey.Of(payment.Transfer, offer), payment, offer, row));
            }
        }

        foreach ((SettlementKey key, PaymentPayload payment, PaymentRequirements offer, StoredSettlement row) in open)
        {
            facilitator.Join(key, row.Signed, payment, offer, row.Amount);
        }

        return facilitator;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SupportedKind>?> SupportedAsync(CancellationToken cancellation)
    {
        List<SupportedKind> kinds = [];
        foreach (string scheme in Schemes)
        {
            kinds.Add(new SupportedKind(2, scheme, "eip155:" + EvmAmount.Text(_options.ChainId), scheme == PaymentRequirements.Upto ? Account : null));
        }

        if (NamedNetworks.NameOf(_options.ChainId) is { } name)
        {
            kinds.Add(new SupportedKind(1, PaymentRequirements.Exact, name, null));
        }

        return Task.FromResult<IReadOnlyList<SupportedKind>?>(kinds);
    }

    /// <inheritdoc/>
    public async Task<VerifyReply> VerifyAsync(PaymentPayload payment, PaymentRequirements offer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(offer);
        SignedTransfer transfer = payment.Transfer;
        Refusal? refusal = _checks.Form(payment, offer, offer.Amount, out SponsoredPermit? permit);

        // One that is being settled isn't good for another piece of work.
        refusal ??= !TryFind(SettlementKey.Of(transfer, offer), out StoredSettlement? row) ? Refusal.Unavailable : row is null ? null : Refusal.Of(Used(transfer));
        refusal ??= await _settlement.WhyNoGasAsync(cancellation).ConfigureAwait(false);
        refusal ??= await _checks.AccountsAsync(transfer, offer, cancellation).ConfigureAwait(false);
        refusal ??= await _checks.SimulateAsync(SettlingCall.For(transfer, offer, offer.Amount, permit), transfer, offer, permit is not null, cancellation).ConfigureAwait(false);
        return refusal is null
            ? new VerifyReply(FacilitatorOutcome.Accepted, null, null, transfer.Payer)
            : new VerifyReply(refusal.Outcome, refusal.Reason, refusal.Message, transfer.Payer);
    }

    /// <inheritdoc/>
    public async Task<SettleReply> SettleAsync(PaymentPayload payment, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(offer);
        SignedTransfer transfer = payment.Transfer;
        SettlementKey key = SettlementKey.Of(transfer, offer);
        Digest32 signed = transfer.Digest(offer);

        // Signatures aren't looked at for what is known already: whoever asks again names what was signed, and gets only what became of it.
        if (!TryFind(key, out StoredSettlement? row))
        {
            return Unavailable(transfer);
        }

        if (row is null && _checks.Form(payment, offer, amount, out _) is { } refusal)
        {
            return new SettleReply(refusal.Outcome, refusal.Reason, refusal.Message, transfer.Payer, null, null);
        }

        Running? running = row is null || row.Signed == signed ? Join(key, signed, payment, offer, amount) : null;
        if (running is null || running.Signed != signed)
        {
            return new SettleReply(FacilitatorOutcome.Refused, Used(transfer), "another payment with this nonce came before", transfer.Payer, null, null);
        }

        try
        {
            return await running.Reply.Value.WaitAsync(_options.Patience, _clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return TryFind(key, out StoredSettlement? left) && left is not null && SignedTransaction.TryDecode(left.Raw, out SignedTransaction? transaction)
                ? new SettleReply(FacilitatorOutcome.Pending, PaymentErrors.SettlementPending, "the transaction isn't deep enough in the chain yet", transfer.Payer, transaction.Hash, left.Amount)
                : Unavailable(transfer);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unavailable(transfer);
        }
    }

    /// <summary>Stops; what is open goes on after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        try
        {
            await Task.WhenAll(_running.Values.Select(static running => running.Reply.Value)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // That is how they end.
        }

        _ending.Dispose();
    }

    /// <summary>Whether a settled payment is told so for the first time; of many who ask, one is.</summary>
    internal bool TryTell(SignedTransfer transfer, PaymentRequirements offer)
    {
        try
        {
            return _store.TryTell(SettlementKey.Of(transfer, offer));
        }
        catch (SqliteException)
        {
            return false;
        }
    }

    private static SettleReply Unavailable(SignedTransfer transfer) =>
        new(FacilitatorOutcome.Unavailable, PaymentErrors.ChainUnavailable, "the settlement isn't done yet; ask again", transfer.Payer, null, null);

    private static string Used(SignedTransfer transfer) => transfer is PermitTransfer ? PaymentErrors.Permit2Nonce : PaymentErrors.NonceUsed;

    // False: the disk can't be read.
    private bool TryFind(SettlementKey key, out StoredSettlement? row)
    {
        try
        {
            row = _store.Find(key);
            return true;
        }
        catch (SqliteException)
        {
            row = null;
            return false;
        }
    }

    // All who ask for the same payment wait for the same work, which nobody's cancellation ends.
    private Running Join(SettlementKey key, Digest32 signed, PaymentPayload payment, PaymentRequirements offer, BigInteger amount)
    {
        Running running = _running.GetOrAdd(key, _ => new Running(signed, new Lazy<Task<SettleReply>>(() => Task.Run(() => RunAsync(key, payment, offer, amount)))));
        _ = running.Reply.Value;
        return running;
    }

    private async Task<SettleReply> RunAsync(SettlementKey key, PaymentPayload payment, PaymentRequirements offer, BigInteger amount)
    {
        try
        {
            return await _settlement.RunAsync(key, payment, offer, amount, _ending.Token).ConfigureAwait(false);
        }
        catch (SqliteException)
        {
            // A full or broken disk: nothing was sent that isn't stored.
            return Unavailable(payment.Transfer);
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    private sealed record Running(Digest32 Signed, Lazy<Task<SettleReply>> Reply);
}
