using System.Text.Json;
using Assay.Evm;
using Assay.Payments;
using Assay.Receipts;

namespace Assay.Client;

/// <summary>Picks the offer that a policy allows: of those that reach the level asked for, the one that goes least beyond it, and of these the server's first.</summary>
internal static class OfferChooser
{
    // A payment takes a moment to arrive, and servers want some seconds left.
    private const int ShortestSeconds = 10;

    // How far an offer came, the furthest last: that is what the caller is told.
    private static readonly string[] Order =
    [
        PayErrors.NoOffer, PayErrors.Level, PayErrors.Token, PayErrors.TokenDomain, PayErrors.Method, PayErrors.Payee, PayErrors.Price, PayErrors.Expired, PayErrors.Validity, PayErrors.OverLimit,
    ];

    /// <summary>The offer's place among the offers, and its token; or a code and the offer that it is about.</summary>
    internal static OfferChoice Choose(PaymentRequired required, PaymentPolicy policy, long now)
    {
        OfferChoice best = new(-1, null, PayErrors.NoOffer);
        int bestBeyond = int.MaxValue;
        for (int i = 0; i < required.Offers.Count; i++)
        {
            PaymentRequirements offer = required.Offers[i];
            (AllowedToken? token, string? error) = Judge(required, i, policy, now);
            int beyond = error is null ? Beyond(offer, policy) : int.MaxValue;
            if (error is null ? best.Error is not null || beyond < bestBeyond : best.Error is not null && Array.IndexOf(Order, error) > Array.IndexOf(Order, best.Error))
            {
                (best, bestBeyond) = (new OfferChoice(i, token, error), beyond);
            }
        }

        return best;
    }

    private static (AllowedToken? Token, string? Error) Judge(PaymentRequired required, int index, PaymentPolicy policy, long now)
    {
        PaymentRequirements offer = required.Offers[index];
        AllowedToken? token = policy.Tokens.FirstOrDefault(known => known.Is(offer));
        string? error = policy.Level is { } least && !(LevelOf(offer) is { } level && level.AtLeast(least)) ? PayErrors.Level
            : token is null ? PayErrors.Token
            : offer.TokenName != token.Name || offer.TokenVersion != token.Version ? PayErrors.TokenDomain
            : !policy.Methods.Contains(offer.Method) ? PayErrors.Method
            : policy.Payees is { } payees && !payees.Contains(offer.PayTo) ? PayErrors.Payee
            : SignedOffer(required, index, now) is { } contradiction ? contradiction
            : offer.MaxTimeoutSeconds > policy.LongestValidity.TotalSeconds || offer.MaxTimeoutSeconds < ShortestSeconds ? PayErrors.Validity
            : offer.Amount > token.PerPayment ? PayErrors.OverLimit
            : null;
        return (token, error);
    }

    /// <summary>Whether the offer that the server signed (offer-receipt) says the same as the entry. Its signature isn't checked: nobody said whose it should be.</summary>
    private static string? SignedOffer(PaymentRequired required, int index, long now)
    {
        if (required.Version != 2 || required.Extensions is not { } extensions
            || !extensions.TryGetProperty("offer-receipt", out JsonElement extension) || extension.ValueKind != JsonValueKind.Object
            || !extension.TryGetProperty("info", out JsonElement info) || info.ValueKind != JsonValueKind.Object
            || !info.TryGetProperty("offers", out JsonElement offers) || offers.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        // Entries that can't be read aren't counted among Offers, so the place says nothing: an entry is found by what it is.
        PaymentRequirements entry = required.Offers[index];
        bool isNamed = false, isSame = false, isLate = false;
        foreach (JsonElement signed in offers.EnumerateArray())
        {
            if (signed.ValueKind != JsonValueKind.Object || !signed.TryGetProperty("payload", out JsonElement payload) || payload.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            isNamed = true;
            if (Says(payload, "scheme", entry.Scheme) && Says(payload, "network", entry.Network) && Says(payload, "amount", EvmAmount.Text(entry.Amount)) && Names(payload, "asset", entry.Asset) && Names(payload, "payTo", entry.PayTo))
            {
                isSame = true;
                isLate |= payload.TryGetProperty("validUntil", out JsonElement until) && until.ValueKind == JsonValueKind.Number && until.TryGetInt64(out long seconds) && seconds != 0 && seconds < now;
            }
        }

        return !isNamed ? null : !isSame ? PayErrors.Price : isLate ? PayErrors.Expired : null;
    }

    private static bool Says(JsonElement payload, string name, string text) => payload.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private static bool Names(JsonElement payload, string name, EvmAddress address) =>
        payload.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String && EvmAddress.TryParse(value.GetString(), out EvmAddress said) && said == address;

    private static int Beyond(PaymentRequirements offer, PaymentPolicy policy) =>
        policy.Level is { } least && LevelOf(offer) is { } level ? level.Evidence.Count - least.Evidence.Count : 0;

    private static VerificationLevel? LevelOf(PaymentRequirements offer) =>
        VerificationLevel.TryParseCanonical(offer.Level, out VerificationLevel level, out _) ? level : null;
}
