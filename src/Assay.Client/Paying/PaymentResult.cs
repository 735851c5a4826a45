using System.Numerics;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Client;

/// <summary>What an answer was paid with: what was signed, and what the server says became of it. That it was settled is the server's word until a chain was asked.</summary>
/// <param name="Payment">What was signed.</param>
/// <param name="Charged">What the server says that it charged; null: it didn't say.</param>
/// <param name="Transaction">The transaction by the server's word; null: none was said.</param>
/// <param name="Problem">Null if what the server says fits what was signed; else <see cref="PayErrors.NoReply"/> or <see cref="PayErrors.ReplyDiffers"/>.</param>
public sealed record PaymentResult(PaymentRecord Payment, BigInteger? Charged, Digest32? Transaction, string? Problem)
{
    /// <summary>Compares what came in PAYMENT-RESPONSE with what was signed.</summary>
    internal static PaymentResult Of(PaymentRecord payment, string? header)
    {
        SettlementResponse? said = PaymentHeader.TryDecode(header) is { } json ? SettlementResponse.TryRead(json) : null;
        PaymentRequirements offer = payment.Offer;
        if (said is null)
        {
            return new PaymentResult(payment, null, null, PayErrors.NoReply);
        }

        BigInteger? charged = said.Amount ?? (offer.Scheme == PaymentRequirements.Exact ? offer.Amount : null);
        bool fits = said.Success
            && (said.Payer is null || said.Payer == payment.Payer)
            && said.Network == (payment.Version == 1 ? NamedNetworks.NameOf(offer.ChainId) : offer.Network)
            && (offer.Scheme == PaymentRequirements.Exact ? charged == offer.Amount : charged is null || charged <= offer.Amount)
            && (said.Transaction is not null || charged == 0);
        return new PaymentResult(payment, charged, said.Transaction, fits ? null : PayErrors.ReplyDiffers);
    }
}
