using System.Numerics;
using Assay.Node.Errors;
using Assay.Node.Planning;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Paying;

/// <summary>The offers for a request (spec/payment.md, "Offers"): the same request, prices and facilitator give the same offers.</summary>
internal static class OfferMaker
{
    /// <summary>Makes them; the recommended level's by EIP-3009 first.</summary>
    /// <param name="work">The request, with all plans that it can get.</param>
    /// <param name="prices">The node's prices.</param>
    /// <param name="kinds">What the facilitator settles.</param>
    /// <param name="error">Why there are none.</param>
    internal static IReadOnlyList<MadeOffer> Make(ISoldWork work, PriceList prices, SupportedKinds kinds, out NodeError? error)
    {
        ModelPrices sold = prices.For(work.Request.Terms.Name);
        Digest32 body = Digest32.Sha256(work.Request.Body.Span);
        List<MadeOffer> offers = [];
        error = null;
        foreach (Plan plan in work.Plans)
        {
            if (sold.Of(plan.Policy.LeastLevel) is not { } price)
            {
                error ??= PaymentRefusals.NoPrice(work.Request, plan, sold);
                continue;
            }

            int before = offers.Count;
            NodeError? dear = !price.IsExact && price.IsOverMost(work.Worst) ? PaymentRefusals.OverMost(work, price, prices.File.Token) : null;
            foreach (MadeOffer offer in Make(work, plan, price, body, prices.File, kinds))
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

    private static List<MadeOffer> Make(ISoldWork work, Plan plan, LevelPrice price, Digest32 body, PriceFile file, SupportedKinds kinds)
    {
        Digest32 request = PaidRequest.Digest(work.Request.Protocol, work.Request.Name, plan.Policy.Digest, body);
        PaymentRequirements terms = new()
        {
            Scheme = PaymentRequirements.Exact,
            ChainId = file.ChainId,
            Amount = price.Exact(work.Items),
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

        if (price.Most is { } most && kinds.Upto is { } facilitator && !price.IsOverMost(work.Worst))
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
