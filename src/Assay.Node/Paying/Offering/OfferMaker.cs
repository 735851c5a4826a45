using System.Numerics;
using Assay.Node.Errors;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>The offers for a request (spec/payment.md, "Offers"): the same request, prices and facilitator give the same offers.</summary>
internal static class OfferMaker
{
    /// <summary>Makes them; the recommended level's by EIP-3009 first.</summary>
    /// <param name="call">The request, with all plans that it can get.</param>
    /// <param name="prices">The node's prices.</param>
    /// <param name="kinds">What the facilitator settles.</param>
    /// <param name="error">Why there are none.</param>
    internal static IReadOnlyList<MadeOffer> Make(PreparedCall call, PriceList prices, SupportedKinds kinds, out NodeError? error)
    {
        ModelPrices sold = prices.For(call.Begun.Model);
        Digest32 body = Digest32.Sha256(call.Begun.Call.Body.Span);
        List<MadeOffer> offers = [];
        error = null;
        foreach (Plan plan in call.Plans)
        {
            if (sold.Of(plan.Policy.LeastLevel) is not { } price)
            {
                error ??= new NodeError(422, "payment/no-price", $"'{plan.Policy.LeastLevel}' of model '{call.Begun.Model.Terms.Name}' isn't sold here.", $"Sold are: {string.Join(", ", sold.Levels)}.") { Alternatives = [.. sold.Levels.Select(static l => l.ToString())] };
                continue;
            }

            int before = offers.Count;
            NodeError? dear = null;
            foreach (MadeOffer offer in Make(call, plan, price, body, prices.File, kinds))
            {
                dear = TooDear(plan.Policy, offer.Terms.Amount, prices.File.Token) ?? dear;
                if (TooDear(plan.Policy, offer.Terms.Amount, prices.File.Token) is null)
                {
                    offers.Add(offer);
                }
            }

            error ??= offers.Count > before ? null : dear ?? new NodeError(503, "payment/facilitator-unavailable", "Nobody who could settle a payment answers, so none is taken; nothing was run.", "Try again later.") { RetryAfterSeconds = 5 };
        }

        error = offers.Count > 0 ? null : error;
        return offers;
    }

    private static List<MadeOffer> Make(PreparedCall call, Plan plan, LevelPrice price, Digest32 body, PriceFile file, SupportedKinds kinds)
    {
        Digest32 request = PaidRequest.Digest(WellKnown.OpenInferenceV2, call.Begun.Name, plan.Policy.Digest, body);
        PaymentRequirements terms = new()
        {
            Scheme = PaymentRequirements.Exact,
            ChainId = file.ChainId,
            Amount = price.Exact(call.Items),
            Asset = file.Token.Address,
            PayTo = file.PayTo,
            MaxTimeoutSeconds = file.MaxTimeoutSeconds,
            TokenName = file.Token.Name,
            TokenVersion = file.Token.Version,
            Method = TransferMethod.Eip3009,
            Level = plan.Policy.LeastLevel.ToString(),
            Request = PaidRequest.Short(request),
        };
        List<MadeOffer> offers = [];
        if (price.IsExact && terms.Amount.Sign > 0 && kinds.Exact)
        {
            offers.Add(new MadeOffer(terms, plan));
            offers.Add(new MadeOffer(terms with { Method = TransferMethod.Permit2 }, plan));
        }

        if (price.Most is { } most && kinds.Upto is { } facilitator)
        {
            offers.Add(new MadeOffer(terms with { Scheme = PaymentRequirements.Upto, Amount = most, Method = TransferMethod.Permit2Upto, Facilitator = facilitator }, plan));
        }

        return offers;
    }

    /// <summary>Null if a policy's <c>maxPrice</c> allows the amount, or says nothing.</summary>
    internal static NodeError? TooDear(PolicyDocument policy, BigInteger amount, PricedToken token)
    {
        if (policy.MaxPrice is not { } bound)
        {
            return null;
        }

        // At least as fine as both: policies have up to 18 decimals, tokens too.
        bool isKnown = bound.Currency == token.Currency && DecimalAmount.TryParse(bound.Amount, DecimalAmount.BalanceDecimals, out _, out _);
        return isKnown && DecimalAmount.TryParse(bound.Amount, DecimalAmount.BalanceDecimals, out BigInteger most, out _) && amount * BigInteger.Pow(10, DecimalAmount.BalanceDecimals - token.Decimals) <= most
            ? null
            : new NodeError(422, "payment/max-price", $"This costs {token.Show(amount)} {token.Currency}, and the policy allows {bound.Amount} {bound.Currency}.", "Raise the policy's 'maxPrice', in the node's currency, or ask for less.");
    }
}
