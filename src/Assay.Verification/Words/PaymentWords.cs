using System.Globalization;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Verification;

/// <summary>What a verdict says of a payment: who paid how much to whom for what, and what nobody checked.</summary>
internal static class PaymentWords
{
    /// <summary>The answer to the question whether it was paid.</summary>
    public static string Paid(Evidence evidence, QuestionStatus status, bool signed)
    {
        CheckTable checks = evidence.Checks;
        if (status == QuestionStatus.Refuted)
        {
            return "Not as stated. " + CheckWords.Detail(checks.Detail(PaymentChecks.Codes.First(checks.Fails))!);
        }

        if (evidence.Payment is not { } payment)
        {
            return evidence.Bundle is { } bundle && bundle.Claims.State(Receipts.ClaimRegistry.PaymentOffer) == Receipts.LeafState.Redacted
                ? "The receipt, as you have it, doesn't show whether it was paid for."
                : "No payment is claimed.";
        }

        return !signed ? QuestionWords.NothingRelied(evidence)
            : status == QuestionStatus.Established ? Established(payment)
            : payment.Price is { } price && PriceText.IsPrepaid(price) ? $"The operator says that {Shown.Name(price["prepaid ".Length..])} was taken from a balance; nothing here can show that."
            : checks.Passes(CheckCodes.PaymentSignature) ? $"{payment.Payer} signed a payment of {Amount(payment)}. Whether money moved isn't shown: {CheckWords.Detail(checks.Detail(CheckCodes.PaymentSettled)!)}"
            : "The operator says so; nothing here shows it. " + CheckWords.Detail(checks.Detail(PaymentChecks.Codes.First(code => !checks.Passes(code)))!);
    }

    /// <summary>The line about the payment, for people.</summary>
    public static string Line(PaymentFact payment)
    {
        if (payment is not { Offer: { } offer, Payer: { } payer })
        {
            return payment.Price is { } price ? Shown.Name(price) : "(not shown)";
        }

        string at = payment.Settlement?.Transaction is { } hash ? $"said to be settled in 0x{hash}{Depth(payment)}" : "no settlement shown";
        return $"{Amount(payment)} by {payer} to {offer.PayTo} for {For(offer)}; {at}";
    }

    private static string Established(PaymentFact payment)
    {
        string bound = payment.Bound == true ? "The payer's signature covers the offer, and so this request." : "That it was for this request is the node's word.";
        return $"Yes: {payment.Payer} paid {Amount(payment)} to {payment.Offer!.PayTo}, in transaction 0x{payment.Settlement!.Transaction}{Depth(payment)}. {bound}";
    }

    private static string Depth(PaymentFact payment) => payment.Confirmations is { } depth
        ? string.Create(CultureInfo.InvariantCulture, $" ({depth} blocks deep, {payment.Wanted} wanted)")
        : "";

    // The token's name stands in the offer that the payer signed for, and says nothing about what it is: the address does.
    private static string Amount(PaymentFact payment) =>
        $"{Shown.Name(payment.Price?.Split(' ')[0] ?? $"at most {EvmAmount.Text(payment.Offer!.Amount)}")} of token {payment.Offer!.Asset} (\"{Shown.Name(payment.Offer.TokenName)}\") on {Shown.Name(payment.Offer.Network)}";

    private static string For(PaymentRequirements offer) => offer.Level is { } level ? $"level {Shown.Name(level)}" : "no level";
}
