using System.Numerics;
using System.Security.Cryptography;
using Assay.Node.Errors;
using Assay.Node.Planning;
using Assay.Node.Serving;

namespace Assay.Node.Paying;

/// <summary>Requests that are paid from the balance of an API key: held before the work, taken once the answer passed the gate, durable before it leaves.</summary>
internal sealed class PrepaidDesk(PriceList prices, PaymentStore store)
{
    /// <summary>Answers a request as a whole.</summary>
    internal async Task<PaidAnswer> AnswerAsync(ISoldRequest request, ModelPrices sold, CancellationToken abandoned)
    {
        if (request.Prepare(null, out ISoldWork? work) is { } error)
        {
            return PaidAnswer.Refused(error);
        }

        (PrepaidHold? hold, NodeError? refused) = await HoldAsync(work!, sold).ConfigureAwait(false);
        if (hold is null)
        {
            return PaidAnswer.Refused(refused!);
        }

        await using (hold.ConfigureAwait(false))
        {
            (InferenceReply? reply, refused) = await work!.RunAsync(work.Plans[0], hold.Paid, abandoned).ConfigureAwait(false);
            if (refused is not null)
            {
                return PaidAnswer.Refused(refused);
            }

            await hold.ChargeAsync(reply!.Measure).ConfigureAwait(false);
            return new PaidAnswer { Reply = reply };
        }
    }

    /// <summary>Holds the most that a request can cost; null with the reason if the balance hasn't got it, or it isn't sold.</summary>
    internal async Task<(PrepaidHold? Hold, NodeError? Error)> HoldAsync(ISoldWork work, ModelPrices sold)
    {
        Plan plan = work.Plans[0];
        PricedToken token = prices.File.Token;
        if (sold.Of(plan.Policy.LeastLevel) is not { } price)
        {
            return (null, PaymentRefusals.NoPrice(work.Request, plan, sold));
        }

        // By use only where there is no exact price.
        BigInteger most = price.IsExact ? price.Exact(work.Items) : price.Most!.Value;
        if (!price.IsExact && price.IsOverMost(work.Worst))
        {
            return (null, PaymentRefusals.OverMost(work, price, token));
        }

        if (OfferMaker.TooDear(plan.Policy, most, token) is { } dear)
        {
            return (null, dear);
        }

        string name = work.Request.Caller.Name;
        byte[] id = RandomNumberGenerator.GetBytes(16);
        PrepaidHold hold = new(store, token, name, id, measure => measure is not { } done || (price.IsExact && done.IsPartial) ? BigInteger.Zero : price.IsExact ? most : price.Measured(done));
        if (await store.HoldAsync(id, name, token.Currency, hold.Scaled(most)).ConfigureAwait(false))
        {
            return (hold, null);
        }

        string left = DecimalAmount.Text(store.Available(name, token.Currency), DecimalAmount.BalanceDecimals);
        return (null, new NodeError(402, PaymentRefusals.PrepaidEmpty, $"This costs {(price.IsExact ? "" : "up to ")}{token.Show(most)} {token.Currency}, and your API key has {left}.", "Ask the operator to credit it ('assay key credit')."));
    }
}
