using System.Numerics;
using System.Text;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Client;

/// <summary>What an answer was paid with: what was signed, and what the server says became of it. That it was settled is the server's word until a chain was asked.</summary>
/// <param name="Payment">What was signed.</param>
/// <param name="Charged">What the server says that it charged; null: it didn't say.</param>
/// <param name="Transaction">The transaction by the server's word; null: none was said.</param>
/// <param name="Problem">Null if what the server says fits what was signed; else <see cref="PayErrors.NoReply"/>, <see cref="PayErrors.ReplyDiffers"/>, or of an answer with its bundle <see cref="PayErrors.ReceiptDiffers"/>.</param>
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

    /// <summary>Compares what the receipt says of the payment with what was signed. Fields that were left out say nothing, and are no problem.</summary>
    internal PaymentResult HeldAgainst(byte[] bundle)
    {
        if (Bundle.TryDecode(bundle, out _) is not { Claims: { } claims })
        {
            return this;
        }

        PaymentRequirements signed = Payment.Offer;
        bool fits = Fits(claims, ClaimRegistry.PaymentPayload, text => PaymentHeader.TryDecode(Payment.Header) is { } json && Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(json))
            && Fits(claims, ClaimRegistry.PaymentOffer, text => RequirementsReader.TryReadText(text) is { } offer && (offer with
            {
                // Version 1's entries don't say what they are for.
                Level = signed.Level is null ? null : offer.Level,
                Request = signed.Request is null ? null : offer.Request,
            }) == signed)
            && Fits(claims, ClaimRegistry.PaymentPrice, text => text.Split(' ') is [string amount, string asset] && asset == signed.AssetId
                && EvmAmount.TryParse(amount, out BigInteger charged) && (signed.Scheme == PaymentRequirements.Exact ? charged == signed.Amount : charged <= signed.Amount));
        return fits ? this : this with { Problem = PayErrors.ReceiptDiffers };
    }

    private static bool Fits(DisclosedClaims claims, ClaimField field, Func<string, bool> isMine) => claims.State(field) switch
    {
        LeafState.Redacted => true,
        LeafState.Absent => false,
        _ => claims.Text(field) is { } text && isMine(text),
    };
}
