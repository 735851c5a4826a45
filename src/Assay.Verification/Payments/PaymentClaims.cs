using System.Numerics;
using System.Text;
using Assay.Payments;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The payment that a receipt's claims tell of, read. What isn't disclosed, or can't be read, is null.</summary>
/// <param name="Offer">The offer.</param>
/// <param name="Payload">The client's payment.</param>
/// <param name="PayloadText">Its text, whatever it is.</param>
/// <param name="Price">The price's text.</param>
internal sealed record PaymentClaims(PaymentRequirements? Offer, PaymentPayload? Payload, string? PayloadText, string? Price)
{
    /// <summary>What was charged, if the price fits the offer.</summary>
    public BigInteger? Charged { get; } = Offer is not null && Price is not null ? PriceText.TryCharged(Price, Offer) : null;

    /// <summary>Whether the payload is a payment for the offer: by what it says, and by what was signed.</summary>
    public bool Fits { get; } = Offer is not null && Payload is not null
        && OfferMatch.Find(Payload, [Offer]) is not null && OfferMatch.Misfit(Payload.Transfer, Offer) is null && OfferMatch.IsBound(Payload, Offer) != false;

    public static PaymentClaims Read(DisclosedClaims claims)
    {
        string? payload = claims.Text(ClaimRegistry.PaymentPayload);
        return new PaymentClaims(
            claims.Text(ClaimRegistry.PaymentOffer) is { } offer ? RequirementsReader.TryReadText(offer) : null,
            payload is null ? null : PayloadReader.TryRead(Encoding.UTF8.GetBytes(payload), out _),
            payload,
            claims.Text(ClaimRegistry.PaymentPrice));
    }
}
