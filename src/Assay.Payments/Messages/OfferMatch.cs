using System.Numerics;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>Which offer a payment is for, and whether what was signed fits it (spec/payment.md, "Payment").</summary>
public static class OfferMatch
{
    private static readonly string[] Members = ["scheme", "network", "amount", "asset", "payTo", "maxTimeoutSeconds"];

    // Members of extra that change what an offer is: one that hasn't got them isn't meant by an entry that has.
    private static readonly string[] Meaningful = ["assetTransferMethod", "facilitatorAddress", "level", "request"];

    /// <summary>
    /// The offer that a payment says it accepts: by version 2 the one that <c>accepted</c> equals in every member, and in every member of
    /// <c>extra</c> that the offer has; by version 1 the only one by EIP-3009 with the signed amount. Null if there is none.
    /// </summary>
    public static PaymentRequirements? Find(PaymentPayload payment, IReadOnlyList<PaymentRequirements> offers)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(offers);
        PaymentRequirements[] found = [.. offers.Where(offer => payment.Accepted is { } accepted ? IsAccepted(accepted.Entry, offer) : IsMeantByV1(payment, offer))];
        return found.Length == 1 ? found[0] : null;
    }

    /// <summary>Null if what was signed is a payment by this offer's method, token, payee and amount; else one of <see cref="PaymentErrors"/>.</summary>
    public static string? Misfit(SignedTransfer transfer, PaymentRequirements offer)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        ArgumentNullException.ThrowIfNull(offer);
        return transfer is PermitTransfer permit ? Misfit(permit, offer)
            : offer.Method != TransferMethod.Eip3009 ? PaymentErrors.UnsupportedPayload
            : transfer.PayTo != offer.PayTo ? PaymentErrors.RecipientMismatch
            : transfer.Amount != offer.Amount ? PaymentErrors.ValueMismatch
            : null;
    }

    /// <summary>Null if it holds now and for a while; else one of <see cref="PaymentErrors"/>.</summary>
    /// <param name="transfer">What was signed.</param>
    /// <param name="now">Unix seconds.</param>
    /// <param name="margin">How many seconds it must still hold.</param>
    public static string? Untimely(SignedTransfer transfer, long now, long margin)
    {
        ArgumentNullException.ThrowIfNull(transfer);
        bool permit = transfer is PermitTransfer;
        return transfer.ValidBefore < new BigInteger(now) + margin ? permit ? PaymentErrors.Permit2Deadline : PaymentErrors.ValidBefore
            : transfer.ValidAfter > now ? permit ? PaymentErrors.Permit2NotYet : PaymentErrors.ValidAfter
            : null;
    }

    /// <summary>Whether the payer's signature covers the offer; null: the payment doesn't say that it does.</summary>
    public static bool? IsBound(PaymentPayload payment, PaymentRequirements offer)
    {
        ArgumentNullException.ThrowIfNull(payment);
        ArgumentNullException.ThrowIfNull(offer);
        return payment.BindingSalt is not { } salt ? null
            : PaidRequest.Nonce(salt.Span, Digest32.Sha256(System.Text.Encoding.UTF8.GetBytes(offer.Text))) == payment.Transfer.Nonce;
    }

    private static string? Misfit(PermitTransfer permit, PaymentRequirements offer) =>
        permit.Method != offer.Method ? PaymentErrors.UnsupportedPayload
        : permit.Spender != (offer.Method == TransferMethod.Permit2Upto ? PaymentContracts.UptoProxy : PaymentContracts.ExactProxy) ? PaymentErrors.Permit2Spender
        : permit.PayTo != offer.PayTo ? PaymentErrors.Permit2Recipient
        : permit.Token != offer.Asset ? PaymentErrors.Permit2Token
        : permit.Amount != offer.Amount ? PaymentErrors.Permit2Amount
        : permit.Facilitator != offer.Facilitator ? PaymentErrors.UptoFacilitator
        : null;

    private static bool IsMeantByV1(PaymentPayload payment, PaymentRequirements offer) =>
        offer.Method == TransferMethod.Eip3009 && payment.Scheme == PaymentRequirements.Exact && NamedNetworks.Find(payment.Network) == offer.ChainId && payment.Transfer.Amount == offer.Amount;

    private static bool IsAccepted(JsonElement accepted, PaymentRequirements offer)
    {
        using JsonDocument own = JsonDocument.Parse(offer.Text);
        foreach (JsonProperty member in accepted.EnumerateObject())
        {
            if (member.Name != "extra" && !Members.Contains(member.Name))
            {
                return false;
            }
        }

        return Array.TrueForAll(Members, name => accepted.TryGetProperty(name, out JsonElement value) && PaymentJson.Same(value, own.RootElement.GetProperty(name)))
            && PaymentJson.Object(accepted, "extra") is { } extra
            && Array.TrueForAll(Meaningful, name => PaymentJson.IsAbsent(extra, name) || own.RootElement.GetProperty("extra").TryGetProperty(name, out _))
            && own.RootElement.GetProperty("extra").EnumerateObject().All(member => extra.TryGetProperty(member.Name, out JsonElement value) && PaymentJson.Same(value, member.Value));
    }
}
