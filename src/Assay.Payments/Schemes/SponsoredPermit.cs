using System.Numerics;
using Assay.Evm;

namespace Assay.Payments;

/// <summary>
/// An allowance for Permit2 that a payer signs (EIP-2612) so that the facilitator brings it to the chain with the payment: x402's extension
/// <c>eip2612GasSponsoring</c>, for payers who have no coins for gas.
/// </summary>
/// <param name="Amount">How much Permit2 may move; the proxies want exactly what is permitted.</param>
/// <param name="Deadline">Unix seconds; not after it.</param>
/// <param name="Signature">The payer's signature of the token's Permit.</param>
public sealed record SponsoredPermit(BigInteger Amount, BigInteger Deadline, EvmSignature Signature)
{
    /// <summary>The extension's name.</summary>
    public const string Extension = "eip2612GasSponsoring";

    /// <summary>The allowance that comes with a payment. Null without error: there is none, as where a server declares the extension and the client doesn't use it.</summary>
    /// <param name="payment">The payment; by Permit2.</param>
    /// <param name="offer">The offer that it is for.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="margin">How many seconds it must still hold.</param>
    /// <param name="error">One of <see cref="PaymentErrors"/>.</param>
    public static SponsoredPermit? TryRead(PaymentPayload payment, PaymentRequirements offer, long now, long margin, out string? error)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(offer);
        error = null;
        if (payment.Version != 2 || payment.Transfer is not PermitTransfer || PaymentJson.TryParse(payment.Json, PayloadReader.MaxLength) is not { } root
            || PaymentJson.Object(root, "extensions") is not { } extensions || PaymentJson.Object(extensions, Extension) is not { } declared
            || PaymentJson.Object(declared, "info") is not { } info || PaymentJson.IsAbsent(info, "signature"))
        {
            return null;
        }

        if (!PaymentJson.TryAddress(info, "from", out EvmAddress from) || !PaymentJson.TryAddress(info, "asset", out EvmAddress asset)
            || !PaymentJson.TryAddress(info, "spender", out EvmAddress spender) || !PaymentJson.TryAmount(info, "amount", out BigInteger amount)
            || !PaymentJson.TryAmount(info, "deadline", out BigInteger deadline) || !EvmSignature.TryParse(PaymentJson.Text(info, "signature"), out EvmSignature signature))
        {
            error = PaymentErrors.PermitFormat;
            return null;
        }

        error = from != payment.Transfer.Payer ? PaymentErrors.PermitFrom
            : asset != offer.Asset ? PaymentErrors.PermitAsset
            : spender != PaymentContracts.Permit2 ? PaymentErrors.PermitSpender
            : deadline < new BigInteger(now) + margin ? PaymentErrors.PermitDeadline
            : amount != payment.Transfer.Amount ? PaymentErrors.PermitAmount
            : null;
        return error is null ? new SponsoredPermit(amount, deadline, signature) : null;
    }
}
