using System.Numerics;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Facilitator;

/// <summary>A payment's identity (spec/payment.md): only one payment can have it.</summary>
internal sealed record SettlementKey(BigInteger ChainId, EvmAddress NonceKeeper, EvmAddress Payer, Digest32 Nonce)
{
    public static SettlementKey Of(SignedTransfer transfer, PaymentRequirements offer) => new(offer.ChainId, transfer.NonceKeeper(offer), transfer.Payer, transfer.Nonce);

    /// <summary>The key in the store: 104 bytes.</summary>
    public byte[] ToArray() => [.. EvmAmount.Word(ChainId).Bytes, .. NonceKeeper.Bytes, .. Payer.Bytes, .. Nonce.Bytes];
}
