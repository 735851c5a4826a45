using System.Numerics;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>What a payer signs, whichever the method: one who reads it needs no second look at the message.</summary>
public abstract record SignedTransfer
{
    private protected SignedTransfer()
    {
    }

    /// <summary>The method.</summary>
    public abstract TransferMethod Method { get; }

    /// <summary>Whose money it is.</summary>
    public required EvmAddress Payer { get; init; }

    /// <summary>Who gets it.</summary>
    public required EvmAddress PayTo { get; init; }

    /// <summary>How much, in the token's smallest unit; the most, by <see cref="TransferMethod.Permit2Upto"/>.</summary>
    public required BigInteger Amount { get; init; }

    /// <summary>The number that can be used once: EIP-3009's 32 bytes, or Permit2's number as a word.</summary>
    public required Digest32 Nonce { get; init; }

    /// <summary>Unix seconds; not before it. (EIP-3009: strictly after.)</summary>
    public required BigInteger ValidAfter { get; init; }

    /// <summary>Unix seconds; not after it. (EIP-3009: strictly before.)</summary>
    public required BigInteger ValidBefore { get; init; }

    /// <summary>The payer's signature.</summary>
    public required EvmSignature Signature { get; init; }

    /// <summary>What is signed (EIP-712), for an offer's chain and token.</summary>
    public abstract Digest32 Digest(PaymentRequirements offer);

    /// <summary>The contract that keeps the nonce, for an offer's token: the token itself, or Permit2.</summary>
    public abstract EvmAddress NonceKeeper(PaymentRequirements offer);

    /// <summary>Whether <see cref="Payer"/> signed it for this offer's chain and token.</summary>
    public bool IsSigned(PaymentRequirements offer) => Secp256k1.Recover(Digest(offer), Signature) == Payer;
}
