using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>PermitWitnessTransferFrom (Permit2) to one of x402's two proxies.</summary>
public sealed record PermitTransfer : SignedTransfer
{
    private const string Stub = "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Witness witness)TokenPermissions(address token,uint256 amount)";
    private const string ExactWitnessType = "Witness(address to,uint256 validAfter)";
    private const string UptoWitnessType = "Witness(address to,address facilitator,uint256 validAfter)";

    private static readonly Digest32 ExactType = Eip712.TypeHash(Stub + ExactWitnessType);
    private static readonly Digest32 UptoType = Eip712.TypeHash(Stub + UptoWitnessType);
    private static readonly Digest32 ExactWitness = Eip712.TypeHash(ExactWitnessType);
    private static readonly Digest32 UptoWitness = Eip712.TypeHash(UptoWitnessType);
    private static readonly Digest32 Permissions = Eip712.TypeHash("TokenPermissions(address token,uint256 amount)");

    /// <summary>The token that is permitted; must be the offer's.</summary>
    public required EvmAddress Token { get; init; }

    /// <summary>The proxy that is permitted; must be the method's.</summary>
    public required EvmAddress Spender { get; init; }

    /// <summary>The only account that may settle; null with scheme <c>exact</c>, where anybody may.</summary>
    public EvmAddress? Facilitator { get; init; }

    /// <inheritdoc/>
    public override TransferMethod Method => Facilitator is null ? TransferMethod.Permit2 : TransferMethod.Permit2Upto;

    /// <inheritdoc/>
    public override Digest32 Digest(PaymentRequirements offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        Digest32 witness = Facilitator is { } facilitator
            ? Eip712.HashStruct(UptoWitness, Eip712.Word(PayTo), Eip712.Word(facilitator), Eip712.Word(ValidAfter))
            : Eip712.HashStruct(ExactWitness, Eip712.Word(PayTo), Eip712.Word(ValidAfter));
        return Eip712.Digest(
            Eip712.Domain("Permit2", null, offer.ChainId, PaymentContracts.Permit2),
            Eip712.HashStruct(
                Facilitator is null ? ExactType : UptoType,
                Eip712.HashStruct(Permissions, Eip712.Word(Token), Eip712.Word(Amount)), Eip712.Word(Spender), Nonce, Eip712.Word(ValidBefore), witness));
    }

    /// <inheritdoc/>
    public override EvmAddress NonceKeeper(PaymentRequirements offer) => PaymentContracts.Permit2;
}
