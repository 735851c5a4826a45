using System.Numerics;
using System.Text.RegularExpressions;
using Assay.Evm;

namespace Assay.Payments;

/// <summary>The texts of the leaf <c>payment.price</c> (spec/payment.md, "Receipt").</summary>
public static partial class PriceText
{
    /// <summary>What is charged for a payment: <c>10000 eip155:84532/erc20:0x036c…</c>.</summary>
    public static string Charged(BigInteger amount, PaymentRequirements offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return $"{EvmAmount.Text(amount)} {offer.AssetId}";
    }

    /// <summary>What is charged to a balance: <c>prepaid 0.01 USD</c>.</summary>
    /// <exception cref="FormatException">Amount or currency aren't spelt as in a policy's canonical text.</exception>
    public static string Prepaid(string amount, string currency)
    {
        string text = $"prepaid {amount} {currency}";
        return IsPrepaid(text) ? text : throw new FormatException($"'{text}' isn't a price.");
    }

    /// <summary>Whether it is a price that was charged to a balance.</summary>
    public static bool IsPrepaid(string text) => PrepaidForm().IsMatch(text);

    /// <summary>The amount of a price that fits an offer: its token, and with <c>exact</c> its amount, with <c>upto</c> at most that. Null if it doesn't.</summary>
    public static BigInteger? TryCharged(string text, PaymentRequirements offer)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(offer);
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space >= 0 && text.AsSpan(space + 1).SequenceEqual(offer.AssetId) && EvmAmount.TryParse(text[..space], out BigInteger amount)
            && (offer.Method == TransferMethod.Permit2Upto ? amount <= offer.Amount : amount == offer.Amount) ? amount : null;
    }

    [GeneratedRegex("^prepaid (0|[1-9][0-9]{0,17})(\\.[0-9]{0,17}[1-9])? [A-Z][A-Z0-9]{2,11}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex PrepaidForm();
}
