using System.Numerics;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>
/// Sends an account's transactions, many at once. In two steps, so that callers can make a transaction durable before it can be in the
/// chain: <see cref="PrepareAsync"/> gives it a nonce and signs it, <see cref="BroadcastAsync"/> sends it. After a restart
/// <see cref="AdoptAsync"/> takes up what is known to be prepared; do that before anything is prepared anew.
/// </summary>
/// <remarks>
/// Nonces are given out one after the other; a nonce that is given back goes to the next transaction, or to one that does nothing if
/// others already wait behind it. Where the server says that a nonce is taken, the account's count is asked for again. Only one process
/// should send for an account: another's transactions are got along with, at the price of refusals. Nothing throws for what a server does.
/// </remarks>
public sealed partial class TransactionSender : IDisposable
{
    private const ulong PlainGas = 21_000;
    private const int MaxHeld = 4096;

    private readonly ChainClient _chain;
    private readonly IEvmSigner _signer;
    private readonly TransactionSenderOptions _options;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _feeGate = new(1, 1);
    private readonly NonceBook _book = new();
    private bool _isSynchronised;
    private bool _isRightChain;
    private (FeeSuggestion Fees, DateTimeOffset At)? _fees;
    private DateTimeOffset _lastMending;

    /// <summary>A sender.</summary>
    /// <param name="chain">The server.</param>
    /// <param name="signer">The account.</param>
    /// <param name="options">How it sends.</param>
    /// <param name="clock">The time; null: the system's.</param>
    public TransactionSender(ChainClient chain, IEvmSigner signer, TransactionSenderOptions options, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(options);
        (_chain, _signer, _options, _clock) = (chain, signer, options, clock ?? TimeProvider.System);
    }

    /// <summary>The account that sends.</summary>
    public EvmAddress Address => _signer.Address;

    /// <summary>
    /// Makes a transaction that can be broadcast, and holds its nonce. Refused: it would revert. Whoever doesn't broadcast it
    /// <see cref="AbandonAsync">abandons</see> it, or lets it expire.
    /// </summary>
    public async Task<RpcReply<SignedTransaction>> PrepareAsync(TransactionRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        RpcReply<FeeSuggestion> suggested = await FeesAsync(cancellation).ConfigureAwait(false);
        if (!suggested.TryGet(out FeeSuggestion? fees))
        {
            return suggested.AsUnavailable<SignedTransaction>();
        }

        ulong gas = request.GasLimit ?? 0;
        if (request.GasLimit is null)
        {
            RpcReply<ulong> estimate = await _chain.EstimateGasAsync(request.To, request.Data, Address, request.Value, cancellation).ConfigureAwait(false);
            if (!estimate.TryGet(out gas))
            {
                return estimate.As<SignedTransaction>();
            }

            if (gas > _options.MostGas)
            {
                return new RpcReply<SignedTransaction>(RpcOutcome.Unavailable, null, $"the server wants {gas} gas, more than the {_options.MostGas} that it may take");
            }

            gas = Math.Min(_options.MostGas, gas + (gas / 100 * (ulong)_options.GasMarginPercent));
        }

        using IDisposable turn = await EnterAsync(cancellation).ConfigureAwait(false);
        if (!_isSynchronised && await SynchroniseAsync(cancellation).ConfigureAwait(false) is { } trouble)
        {
            return new RpcReply<SignedTransaction>(RpcOutcome.Unavailable, null, trouble);
        }

        _book.Expire(_clock.GetUtcNow() - _options.PreparedLifetime);
        return _book.Count >= MaxHeld
            ? new RpcReply<SignedTransaction>(RpcOutcome.Unavailable, null, $"{MaxHeld} transactions are on their way already")
            : new RpcReply<SignedTransaction>(Sign(request, _book.Next(), gas, fees));
    }

    /// <summary>Sends what was prepared or adopted; again, where that is wanted.</summary>
    public async Task<BroadcastReply> BroadcastAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        bool isHeld;
        using (await EnterAsync(cancellation).ConfigureAwait(false))
        {
            isHeld = _book.TryFind(transaction.Hash, transaction.Transaction.Nonce, out NonceBook.Entry? entry);
            if (isHeld)
            {
                // From here on it may be out, whatever comes back.
                entry!.IsSent = true;
            }

            if (isHeld && !_isRightChain && await SynchroniseAsync(cancellation).ConfigureAwait(false) is { } trouble)
            {
                return new BroadcastReply(BroadcastOutcome.NotYet, trouble);
            }
        }

        if (!isHeld)
        {
            RpcReply<TransactionStatus> found = await _chain.TransactionAsync(_options.ChainId, transaction.Hash, cancellation).ConfigureAwait(false);
            return found.TryGet(out TransactionStatus? status) && status.IsKnown
                ? new BroadcastReply(BroadcastOutcome.Sent, "")
                : new BroadcastReply(found.Outcome == RpcOutcome.Answered ? BroadcastOutcome.Expired : BroadcastOutcome.NotYet, found.Why);
        }

        RpcReply<Digest32> reply = await _chain.SendRawAsync(transaction.Raw, cancellation).ConfigureAwait(false);
        return reply.Outcome switch
        {
            RpcOutcome.Answered when reply.Value == transaction.Hash => new BroadcastReply(BroadcastOutcome.Sent, ""),
            RpcOutcome.Refused => await RefusedAsync(transaction, reply.Error!, cancellation).ConfigureAwait(false),
            _ => new BroadcastReply(BroadcastOutcome.NotYet, reply.Outcome == RpcOutcome.Answered ? "the server answered with the hash of another transaction" : reply.Why),
        };
    }

    /// <summary>Gives back the nonce of what was prepared and not broadcast, and never will be.</summary>
    /// <returns>False: it was broadcast, or isn't known; nothing was done.</returns>
    public async Task<bool> AbandonAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        using IDisposable turn = await EnterAsync(cancellation).ConfigureAwait(false);
        ulong nonce = transaction.Transaction.Nonce;
        if (!_book.TryFind(transaction.Hash, nonce, out NonceBook.Entry? entry) || entry.IsSent)
        {
            return false;
        }

        await FreeAsync(nonce, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Takes up a transaction that an earlier process prepared: its nonce is held again, as if it may be on its way.</summary>
    /// <returns>False: it is another account's or chain's, or its nonce is already held by another.</returns>
    public async Task<bool> AdoptAsync(SignedTransaction transaction, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (transaction.Sender != Address || transaction.Transaction.ChainId != _options.ChainId)
        {
            return false;
        }

        using IDisposable turn = await EnterAsync(cancellation).ConfigureAwait(false);
        if (_book.At(transaction.Transaction.Nonce) is { } held)
        {
            return held.Transaction.Hash == transaction.Hash;
        }

        _book.Hold(transaction, _clock.GetUtcNow()).IsSent = true;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _gate.Dispose();
        _feeGate.Dispose();
    }

    private async Task<BroadcastReply> RefusedAsync(SignedTransaction transaction, RpcError error, CancellationToken cancellation)
    {
        NodeRefusal refusal = NodeRefusals.Classify(error);
        if (refusal is NodeRefusal.Known or NodeRefusal.NotNow)
        {
            return new BroadcastReply(refusal == NodeRefusal.Known ? BroadcastOutcome.Sent : BroadcastOutcome.NotYet, refusal == NodeRefusal.Known ? "" : error.Message);
        }

        if (refusal == NodeRefusal.NonceTaken)
        {
            // By itself, perhaps: sent before, or by an earlier process.
            RpcReply<TransactionStatus> found = await _chain.TransactionAsync(_options.ChainId, transaction.Hash, cancellation).ConfigureAwait(false);
            if (!found.TryGet(out TransactionStatus? status) || status.IsKnown)
            {
                return new BroadcastReply(status is { IsKnown: true } ? BroadcastOutcome.Sent : BroadcastOutcome.NotYet, found.Why);
            }
        }

        using IDisposable turn = await EnterAsync(cancellation).ConfigureAwait(false);
        if (_book.TryFind(transaction.Hash, transaction.Transaction.Nonce, out _))
        {
            _isSynchronised = false;
            if (refusal == NodeRefusal.NonceTaken)
            {
                _book.Free(transaction.Transaction.Nonce);
            }
            else
            {
                await FreeAsync(transaction.Transaction.Nonce, cancellation).ConfigureAwait(false);
            }
        }

        return new BroadcastReply(refusal == NodeRefusal.NonceTaken ? BroadcastOutcome.NonceTaken : BroadcastOutcome.Refused, error.Message);
    }

    private async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        return new Turn(_gate);
    }

    /// <summary>Null, or why it can't be done.</summary>
    private async Task<string?> SynchroniseAsync(CancellationToken cancellation)
    {
        if (!_isRightChain)
        {
            RpcReply<BigInteger> id = await _chain.ChainIdAsync(cancellation).ConfigureAwait(false);
            if (!id.TryGet(out BigInteger number) || number != _options.ChainId)
            {
                return id.Outcome == RpcOutcome.Answered ? $"the server is one of chain {number}, not {_options.ChainId}" : id.Why;
            }

            _isRightChain = true;
        }

        RpcReply<ulong> mined = await _chain.TransactionCountAsync(Address, pending: false, cancellation).ConfigureAwait(false);
        RpcReply<ulong> pending = await _chain.TransactionCountAsync(Address, pending: true, cancellation).ConfigureAwait(false);
        if (mined.Outcome != RpcOutcome.Answered || pending.Outcome != RpcOutcome.Answered)
        {
            return mined.Why + pending.Why;
        }

        _book.Resynchronise(mined.Value, Math.Max(mined.Value, pending.Value));
        _isSynchronised = true;
        return null;
    }

    private async Task<RpcReply<FeeSuggestion>> FeesAsync(CancellationToken cancellation)
    {
        using IDisposable turn = await EnterFeesAsync(cancellation).ConfigureAwait(false);
        DateTimeOffset now = _clock.GetUtcNow();
        if (_fees is { } kept && now - kept.At < _options.FeeLifetime)
        {
            return new RpcReply<FeeSuggestion>(kept.Fees);
        }

        RpcReply<FeeSuggestion> reply = await _chain.FeesAsync(cancellation).ConfigureAwait(false);
        if (!reply.TryGet(out FeeSuggestion? fees))
        {
            return reply;
        }

        BigInteger tip = BigInteger.Max(fees.MaxPriorityFeePerGas, _options.LeastTipPerGas);
        fees = new FeeSuggestion(fees.MaxFeePerGas - fees.MaxPriorityFeePerGas + tip, tip);
        if (fees.MaxFeePerGas > _options.MostFeePerGas)
        {
            return new RpcReply<FeeSuggestion>(RpcOutcome.Unavailable, null, $"gas costs {fees.MaxFeePerGas} wei, more than the {_options.MostFeePerGas} that it may");
        }

        _fees = (fees, now);
        return new RpcReply<FeeSuggestion>(fees);
    }

    private async Task<IDisposable> EnterFeesAsync(CancellationToken cancellation)
    {
        await _feeGate.WaitAsync(cancellation).ConfigureAwait(false);
        return new Turn(_feeGate);
    }

    private SignedTransaction Sign(TransactionRequest request, ulong nonce, ulong gas, FeeSuggestion fees)
    {
        EvmTransaction transaction = new()
        {
            ChainId = _options.ChainId,
            Nonce = nonce,
            MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
            MaxFeePerGas = fees.MaxFeePerGas,
            GasLimit = gas,
            To = request.To,
            Value = request.Value,
            Data = request.Data,
        };
        SignedTransaction signed = transaction.Sign(_signer);
        _book.Hold(signed, _clock.GetUtcNow());
        return signed;
    }

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
