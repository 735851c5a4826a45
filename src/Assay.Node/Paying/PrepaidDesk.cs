using System.Numerics;
using System.Security.Cryptography;
using Assay.Node.Errors;
using Assay.Node.Planning;
using Assay.Node.Serving;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>Requests that are paid from the balance of an API key: held before the work, taken once the answer passed the gate, durable before it leaves.</summary>
internal sealed class PrepaidDesk(PriceList prices, PaymentStore store, InferenceService service)
{
    internal async Task<PaidAnswer> AnswerAsync(BegunCall begun, ModelPrices sold)
    {
        if (service.Prepare(begun, null, out PreparedCall? prepared) is { } error)
        {
            return PaidAnswer.Refused(error);
        }

        Plan plan = prepared!.Plans[0];
        PricedToken token = prices.File.Token;
        if (sold.Of(plan.Policy.LeastLevel) is not { } price)
        {
            return PaidAnswer.Refused(new NodeError(422, "payment/no-price", $"'{plan.Policy.LeastLevel}' of model '{begun.Model.Terms.Name}' isn't sold here.", $"Sold are: {string.Join(", ", sold.Levels)}.") { Alternatives = [.. sold.Levels.Select(static l => l.ToString())] });
        }

        // By use only where there is no exact price.
        BigInteger most = price.IsExact ? price.Exact(prepared.Items) : price.Most!.Value;
        BigInteger Charge(TimeSpan run) => price.IsExact ? most : price.Measured(run);
        if (OfferMaker.TooDear(plan.Policy, most, token) is { } dear)
        {
            return PaidAnswer.Refused(dear);
        }

        string name = begun.Call.Caller.Name;
        BigInteger scale = BigInteger.Pow(10, DecimalAmount.BalanceDecimals - token.Decimals);
        byte[] hold = RandomNumberGenerator.GetBytes(16);
        if (!await store.HoldAsync(hold, name, token.Currency, most * scale).ConfigureAwait(false))
        {
            string left = DecimalAmount.Text(store.Available(name, token.Currency), DecimalAmount.BalanceDecimals);
            return PaidAnswer.Refused(new NodeError(402, PaymentRefusals.PrepaidEmpty, $"This costs {token.Show(most)} {token.Currency}, and your API key has {left}.", "Ask the operator to credit it ('assay key credit')."));
        }

        bool isCharged = false;
        try
        {
            PaidFor paid = new(null, null, run => PriceText.Prepaid(token.Show(Charge(run)), token.Currency));
            (InferenceReply? reply, error) = await service.RunAsync(prepared, plan, paid, static () => false).ConfigureAwait(false);
            if (error is not null)
            {
                return PaidAnswer.Refused(error);
            }

            await store.ChargeAsync(hold, name, token.Currency, Charge(reply!.Run) * scale).ConfigureAwait(false);
            isCharged = true;
            return new PaidAnswer { Reply = reply };
        }
        finally
        {
            if (!isCharged)
            {
                await store.DropHoldAsync(hold).ConfigureAwait(false);
            }
        }
    }
}
