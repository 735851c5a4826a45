using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>TransferWithAuthorization (EIP-3009).</summary>
public sealed record TransferAuthorization : SignedTransfer
{
    private static readonly Digest32 Type = Eip712.TypeHash("TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)");

    /// <inheritdoc/>
    public override TransferMethod Method => TransferMethod.Eip3009;

    /// <inheritdoc/>
    public override Digest32 Digest(PaymentRequirements offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return Eip712.Digest(
            Eip712.Domain(offer.TokenName, offer.TokenVersion, offer.ChainId, offer.Asset),
            Eip712.HashStruct(Type, Eip712.Word(Payer), Eip712.Word(PayTo), Eip712.Word(Amount), Eip712.Word(ValidAfter), Eip712.Word(ValidBefore), Nonce));
    }

    /// <inheritdoc/>
    public override EvmAddress NonceKeeper(PaymentRequirements offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return offer.Asset;
    }
}
