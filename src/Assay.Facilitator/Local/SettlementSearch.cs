using System.Collections.Immutable;
using System.Numerics;
using Assay.Chain;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Facilitator;

/// <summary>
/// Looks for the transaction that a payment was settled by, whoever sent it: by EIP-3009 the token's AuthorizationUsed names payer and nonce;
/// Permit2 has no such event, so transfers from payer to payee are looked at whose call is the proxy's with exactly this permit.
/// </summary>
internal sealed class SettlementSearch
{
    private const int MaxCandidates = 50;

    private static readonly Digest32 TransferEvent = Eip712.TypeHash("Transfer(address,address,uint256)");
    private static readonly Digest32 AuthorizationUsed = Eip712.TypeHash("AuthorizationUsed(address,bytes32)");

    private readonly ChainClient _chain;

    /// <summary>A search on a chain.</summary>
    internal SettlementSearch(ChainClient chain) => _chain = chain;

    /// <summary>Searches the blocks from <paramref name="fromBlock"/> on.</summary>
    /// <returns>Answered with the transaction; answered with null if there is none there; else why it couldn't be looked for.</returns>
    internal async Task<(bool Known, ChainTransaction? Found)> FindAsync(
        SignedTransfer transfer, PaymentRequirements offer, BigInteger amount, ulong fromBlock, CancellationToken cancellation)
    {
        ImmutableArray<Digest32?> topics = transfer is PermitTransfer
            ? [TransferEvent, Eip712.Word(transfer.Payer), Eip712.Word(transfer.PayTo)]
            : [AuthorizationUsed, Eip712.Word(transfer.Payer), transfer.Nonce];
        RpcReply<ImmutableArray<MinedLog>> reply = await _chain.LogsAsync(new LogFilter(offer.Asset, topics, fromBlock, null), cancellation).ConfigureAwait(false);
        if (!reply.TryGet(out ImmutableArray<MinedLog> logs))
        {
            return (false, null);
        }

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
