using System.Numerics;
using System.Text;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Facilitator;

/// <summary>What a mined transaction says of a payment.</summary>
internal static class SettlementEvidence
{
    /// <summary>Of tokens: from, to (indexed), value.</summary>
    public static readonly Digest32 TransferEvent = Event("Transfer(address,address,uint256)");

    /// <summary>Of EIP-3009: authorizer, nonce (indexed).</summary>
    public static readonly Digest32 AuthorizationUsed = Event("AuthorizationUsed(address,bytes32)");

    /// <summary>Whether it took effect, and the money moved in it from payer to payee: not less, not more, and by this payment.</summary>
    public static bool Shows(ChainTransaction transaction, SignedTransfer transfer, PaymentRequirements offer, BigInteger amount) =>
        transaction.Succeeded
        && transaction.Logs.Any(log => IsTransfer(log, transfer, offer, amount))
        && (transfer is PermitTransfer
            ? transaction.To is { } to && SettlingCall.Settles(to, transaction.Input, transfer, offer, amount)
            : transaction.Logs.Any(log => log.Contract == offer.Asset && log.Topics is [var name, var payer, var nonce]
                && name == AuthorizationUsed && payer == Eip712.Word(transfer.Payer) && nonce == transfer.Nonce));

    private static bool IsTransfer(ChainLog log, SignedTransfer transfer, PaymentRequirements offer, BigInteger amount) =>
        log.Contract == offer.Asset && log.Topics is [var name, var from, var to] && name == TransferEvent
        && from == Eip712.Word(transfer.Payer) && to == Eip712.Word(transfer.PayTo) && log.Data.Span.SequenceEqual(EvmAmount.Word(amount).Bytes);

    private static Digest32 Event(string signature) => Keccak256.HashData(Encoding.ASCII.GetBytes(signature));
}
