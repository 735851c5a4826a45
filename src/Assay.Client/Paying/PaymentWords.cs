using System.Globalization;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Client;

/// <summary>Why a request wasn't paid for, for people.</summary>
internal static class PaymentWords
{
    internal static string Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal static NodeException Refusal(string code, PaymentRequired? required, OfferChoice choice, PaymentPolicy policy)
    {
        PaymentRequirements? offer = choice.Index >= 0 ? required!.Offers[choice.Index] : null;
        AllowedToken? token = choice.Token;
        string price = offer is null ? "" : token is null ? $"{EvmAmount.Text(offer.Amount)} units of {offer.AssetId}" : token.Show(offer.Amount);
        string[] levels = [.. (required?.Offers ?? []).Select(static entry => entry.Level).OfType<string>().Distinct()];
        (string message, string nearest) = code switch
        {
            PayErrors.NoOffer => ("The server wants to be paid, and offers no way that this client knows.", required?.Error ?? "x402, scheme 'exact' or 'upto', on an EVM chain."),
            PayErrors.Level => ($"No offer reaches level '{policy.Level}'.", levels.Length == 0 ? "The server's offers say no level." : $"Offered: {string.Join(", ", levels)}."),
            PayErrors.Token => ($"The server wants {price}, a token that you don't pay with.", $"You pay with {string.Join(", ", policy.Tokens.Select(static known => $"{known.Symbol} on {known.Network}"))}."),
            PayErrors.TokenDomain => ($"The offer calls the token '{offer!.TokenName}' version '{offer.TokenVersion}'; it is '{token!.Name}' version '{token.Version}'.", "What would be signed isn't what the token takes."),
            PayErrors.Method => ($"The offer is by {MethodName(offer!.Method)}, which isn't allowed.", "Permit2 and upto need your token's allowance to Permit2, and PaymentPolicy.Methods ('--permit2') must have them."),
            PayErrors.Payee => ($"{offer!.PayTo} isn't a payee that you allow.", ""),
            PayErrors.Price => ($"The offer of {price} isn't the one that the server signed beside it.", ""),
            PayErrors.Expired => ("The offer that the server signed has expired.", "Ask again."),
            PayErrors.Validity => ($"The signature would hold for {offer!.MaxTimeoutSeconds} seconds.", $"Allowed: 10 to {policy.LongestValidity.TotalSeconds.ToString(CultureInfo.InvariantCulture)}."),
            PayErrors.OverLimit => ($"It costs {price}, and the most for one payment is {token!.Show(token.PerPayment)}.", $"Payee {offer!.PayTo}."),
            PayErrors.OverDay => ($"With {price} more, over {token!.Show(token.PerDay)} would be signed in 24 hours.", "What was signed counts, whether it was charged or not."),
            PayErrors.OverPayee => ($"With {price} more, over {token!.Show(token.PerPayee ?? 0)} would be signed for {offer!.PayTo} in 24 hours.", "What was signed counts, whether it was charged or not."),
            _ => ($"{price} to {offer?.PayTo}: declined.", ""),
        };
        return new NodeException(402, code, $"{message} Nothing was signed.", nearest, levels);
    }

    internal static NodeException NotTaken(PaymentRecord record, string why, bool isRefusal) => new(
        402,
        PayErrors.NotTaken,
        $"The server didn't take the payment: {why}",
        isRefusal
            ? $"It could still be settled until {Time(record.ValidBefore)}; asking the same again sends the same payment while it is good."
            : $"Whether it was settled isn't known. Asking the same again sends the same payment ({record.Id}).",
        []);

    internal static NodeException Unresolved(PaymentRecord record, string why) => new(
        402,
        PayErrors.Unresolved,
        $"A payment for this request expired at {Time(record.ValidBefore)}, and whether it was settled isn't known ({why}). Nothing new is paid.",
        $"Look at your balance or the token's events; then 'assay wallet forget {record.Id}' lets the request be paid anew.",
        []);

    private static string MethodName(TransferMethod method) => method switch { TransferMethod.Eip3009 => "EIP-3009", TransferMethod.Permit2 => "Permit2", _ => "Permit2 (upto)" };
}
