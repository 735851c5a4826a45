using Assay.Node.Errors;
using Assay.Node.Planning;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>Refusals of payments, with their stable codes (docs/errors.md).</summary>
internal static class PaymentRefusals
{
    internal const string Required = "payment/required";
    internal const string PrepaidEmpty = "payment/prepaid-empty";

    internal static NodeError Unpaid(ISoldRequest request) => new(402, Required, $"Model '{request.Name}' is paid for by request.", request.TakesV1 ? "Pay one of the offers in PAYMENT-REQUIRED (x402), or in this body's 'accepts' (version 1)." : "Pay one of the offers in the header PAYMENT-REQUIRED (x402, version 2).");

    internal static NodeError Malformed(string code) => new(400, code, "The payment can't be read.", "spec/payment.md; x402's own clients write it.");

    internal static NodeError TwoPayments { get; } = new(400, "payment/twice", $"There are two payments: {PaymentHeader.Signature} and {PaymentHeader.SignatureV1}.", "Send one of them.");

    internal static NodeError NotTaken(string model) => new(400, "payment/not-taken", $"Model '{model}' isn't paid for by request, so the payment wasn't looked at, and nothing is charged.", "Send the request without it.");

    internal static NodeError Confidential { get; } = new(422, "payment/confidential", "A confidential request can't be paid for by a payment of its own: the payment would name who asks, on a public chain.", "Use an API key with a balance, where the model takes that.");

    internal static NodeError NoOffer { get; } = new(402, PayloadErrors.NoOffer, "What the payment accepts isn't an offer for this request: another model, body, level or price; nothing was run, and nothing is charged.", "Ask without a payment to see the offers.");

    internal static NodeError OtherResource { get; } = new(402, PayloadErrors.OtherResource, "The payment was made for another address; nothing was run, and nothing is charged.", "Pay an offer of this address.");

    internal static NodeError Unbound { get; } = new(402, PayloadErrors.Binding, "The payment says that its signature covers the offer, and its nonce isn't made from it; nothing was run, and nothing is charged.", "spec/payment.md, 'Bound by signature'.");

    internal static NodeError Invalid(string reason) => new(402, "payment/invalid", $"The payment doesn't hold: {reason}. Nothing was run, and nothing is charged.", "Make a new one.") { Alternatives = [reason] };

    internal static NodeError Used { get; } = new(409, "payment/used", "This payment was for another request.", "Make a new one: each pays for one request.") { IsFinal = true };

    internal static NodeError IdentifierUsed { get; } = new(409, "payment/identifier-used", "Another payment of this payer has that payment-identifier.", "Send that payment again to get its answer, or make a new id.") { IsFinal = true };

    internal static NodeError Unsettled(string reason) => new(402, "payment/not-settled", $"The payment couldn't be settled ({reason}), so the answer stays here.", "Look whether the account still holds what was promised; then make a new payment.");

    internal static NodeError Expired { get; } = new(402, "payment/expired", "The payment ran out while the model worked; nothing is charged, and the answer stays here.", "Make a new payment that holds for longer.");

    internal static NodeError Pending { get; } = new(503, "payment/settlement-pending", "The answer is there, and it isn't known yet whether its payment is settled. It is tried again; you aren't charged twice.",
        "Send exactly this request with exactly this payment again.") { RetryAfterSeconds = 5 };

    internal static NodeError FacilitatorUnavailable { get; } = new(503, "payment/facilitator-unavailable", "Nobody who could check the payment answers; nothing was run, and nothing is charged.", "Try again, with the same payment.") { RetryAfterSeconds = 5 };

    internal static NodeError StoreFaulted { get; } = new(503, "payment/store-faulted", "Payments can't be made durable any more, so none is taken.", "The operator must look at the disk and start the node again.");

    internal static NodeError NoPrice(ISoldRequest request, Plan plan, ModelPrices sold) => new(422, "payment/no-price", $"'{plan.Policy.LeastLevel}' of model '{request.Terms.Name}' isn't sold here.", $"Sold are: {string.Join(", ", sold.Levels)}.")
    {
        Alternatives = [.. sold.Levels.Select(static level => level.ToString())],
    };

    internal static NodeError OverMost(ISoldWork work, LevelPrice price, PricedToken token) => new(422, "payment/over-most",
        work.Worst is { } worst ? $"This can come to {worst.OutputTokens} tokens of answers, which would cost more than the {token.Show(price.Most!.Value)} {token.Currency} that an answer of '{work.Request.Name}' costs at most here." : $"Nothing bounds what an answer of '{work.Request.Name}' can cost.",
        "Ask for fewer tokens ('max_tokens', 'n').");

    internal static NodeError KeyNeeded(string model) => new(401, "key_required", $"Model '{model}' is paid for from the balance of an API key.", "Send 'Authorization: Bearer <secret>'.");
}
