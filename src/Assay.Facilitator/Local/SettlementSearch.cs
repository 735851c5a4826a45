using System.Collections.Immutable;
using System.Numerics;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Facilitator;

/// <summary>
/// Looks for the transaction that a payment was settled by, whoever sent it: by EIP-3009 the token's AuthorizationUsed names payer and nonce;
/// Permit2 has no such event, so transfers from payer to payee are looked at whose call is the proxy's with exactly this permit. It goes back from
/// the newest block, so many at once as the chain's server takes.
/// </summary>
internal sealed class SettlementSearch
{
    private const int MaxCandidates = 50;
    private const ulong MostAtOnce = 1024;

    private static readonly Digest32 TransferEvent = Eip712.TypeHash("Transfer(address,address,uint256)");
    private static readonly Digest32 AuthorizationUsed = Eip712.TypeHash("AuthorizationUsed(address,bytes32)");

    private readonly ChainClient _chain;

    /// <summary>A search on a chain.</summary>
    internal SettlementSearch(ChainClient chain) => _chain = chain;

    /// <summary>Searches the blocks from <paramref name="fromBlock"/> on, without those from before the payment was valid.</summary>
    /// <returns>Known with the transaction; known with null if there is none there; else it couldn't be looked for.</returns>
    internal async Task<(bool Known, ChainTransaction? Found)> FindAsync(
        SignedTransfer transfer, PaymentRequirements offer, BigInteger amount, ulong fromBlock, CancellationToken cancellation)
    {
        ImmutableArray<Digest32?> topics = transfer is PermitTransfer
            ? [TransferEvent, Eip712.Word(transfer.Payer), Eip712.Word(transfer.PayTo)]
            : [AuthorizationUsed, Eip712.Word(transfer.Payer), transfer.Nonce];
        if (!(await _chain.BlockNumberAsync(cancellation).ConfigureAwait(false)).TryGet(out ulong last))
        {
            return (false, null);
        }

        // What was mined meanwhile is looked at too.
        ulong? to = null;
        for (ulong most = MostAtOnce; ;)
        {
            ulong first = last - Math.Min(last - Math.Min(last, fromBlock), most - 1);
            RpcReply<ImmutableArray<MinedLog>> reply = await _chain.LogsAsync(new LogFilter(offer.Asset, topics, first, to), cancellation).ConfigureAwait(false);
            if (reply.TryGet(out ImmutableArray<MinedLog> logs))
            {
                (bool known, ChainTransaction? found) = await PickAsync(logs, transfer, offer, amount, cancellation).ConfigureAwait(false);
                if (!known || found is not null || first <= fromBlock || await IsBeforeAsync(first, transfer.ValidAfter, cancellation).ConfigureAwait(false))
                {
                    return (known, found);
                }

                to = last = first - 1;
            }
            else if (reply.Error is not null && most > 1)
            {
                // Servers bound how many blocks they search, each in other words.
                most /= 2;
            }
            else
            {
                return (false, null);
            }
        }
    }

    private async Task<bool> IsBeforeAsync(ulong block, BigInteger time, CancellationToken cancellation) =>
        time > 0 && (await _chain.BlockTimeAsync(block, cancellation).ConfigureAwait(false)).TryGet(out ulong made) && made < time;

    private async Task<(bool Known, ChainTransaction? Found)> PickAsync(
        ImmutableArray<MinedLog> logs, SignedTransfer transfer, PaymentRequirements offer, BigInteger amount, CancellationToken cancellation)
    {
        foreach (Digest32 hash in logs.Reverse().Select(static log => log.Transaction).Distinct().Take(MaxCandidates))
        {
            RpcReply<TransactionStatus> status = await _chain.TransactionAsync(offer.ChainId, hash, cancellation).ConfigureAwait(false);
            if (!status.TryGet(out TransactionStatus? found) || found.Mined is not { } mined)
            {
                return (false, null);
            }

            if (SettlementMatch.Judge(mined, offer, transfer, amount) == SettlementFinding.Settles)
            {
                return (true, mined);
            }
        }

        return (true, null);
    }
}
