using System.Text.Json.Nodes;
using Assay.Cli.Console;
using Assay.Client;
using Assay.Evm;

namespace Assay.Cli.Paying;

/// <summary>What was paid, for people and for programs.</summary>
internal static class PaymentPrinter
{
    internal static void Print(Output output, IEnumerable<PaymentResult> results, AllowedToken token)
    {
        foreach (PaymentResult result in results)
        {
            output.Line($"paid     {Charged(result, token)} (by the node's word; 'assay verify --chain' looks)");
            if (Problem(result) is { } problem)
            {
                output.Note(problem);
            }
        }
    }

    /// <summary>What was charged, and where that stands.</summary>
    internal static string Charged(PaymentResult result, AllowedToken token) =>
        $"{token.Show(result.Charged ?? result.Payment.Offer.Amount)}{(result.Transaction is { } transaction ? $", transaction 0x{transaction}" : ", no transaction said")}";

    /// <summary>What is wrong with it; null if nothing is.</summary>
    internal static string? Problem(PaymentResult result) => result.Problem is { } problem ? $"payment: {Problem(problem)} [{problem}]" : null;

    internal static JsonArray Json(IEnumerable<PaymentResult> results) => [.. results.Select(static result => new JsonObject
    {
        ["id"] = result.Payment.Id.ToString(),
        ["network"] = result.Payment.Offer.Network,
        ["asset"] = result.Payment.Offer.Asset.ToString(),
        ["payer"] = result.Payment.Payer.ToString(),
        ["payTo"] = result.Payment.Offer.PayTo.ToString(),
        ["scheme"] = result.Payment.Offer.Scheme,
        ["level"] = result.Payment.Offer.Level,
        ["signed"] = EvmAmount.Text(result.Payment.Offer.Amount),
        ["charged"] = result.Charged is { } charged ? EvmAmount.Text(charged) : null,
        ["transaction"] = result.Transaction is { } transaction ? "0x" + transaction : null,
        ["problem"] = result.Problem,
    })];

    private static string Problem(string code) => code switch
    {
        PayErrors.NoReply => "the node answered without a word on the payment; whether it was settled isn't known",
        PayErrors.ReplyDiffers => "what the node says that it settled isn't what you signed",
        _ => "the receipt's payment isn't what you signed",
    };
}
