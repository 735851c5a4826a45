namespace Assay.Client;

/// <summary>Why a request wasn't paid for, or what is wrong with how it was. Stable codes (docs/errors.md).</summary>
public static class PayErrors
{
    /// <summary>Nothing is paid over a connection that others can read: https, or loopback. Nothing was signed.</summary>
    public const string Insecure = "pay/insecure";

    /// <summary>The 402 can't be read, or offers nothing that this client can pay: other chains, other schemes.</summary>
    public const string NoOffer = "pay/no-offer";

    /// <summary>Every offer is of a lower level than the caller asked for, or says none. Nothing was signed.</summary>
    public const string Level = "pay/level";

    /// <summary>The token, or its chain, isn't one of the policy's. Nothing was signed.</summary>
    public const string Token = "pay/token";

    /// <summary>The offer gives the token another name or version than the known one has, so the signature would be for something else. Nothing was signed.</summary>
    public const string TokenDomain = "pay/token-domain";

    /// <summary>The policy doesn't allow this way to pay (Permit2, upto). Nothing was signed.</summary>
    public const string Method = "pay/method";

    /// <summary>The payee isn't one of the policy's. Nothing was signed.</summary>
    public const string Payee = "pay/payee";

    /// <summary>More than the policy's limit for one payment. Nothing was signed.</summary>
    public const string OverLimit = "pay/over-limit";

    /// <summary>With this payment, more than the policy's limit for a day would be signed. Nothing was signed.</summary>
    public const string OverDay = "pay/over-day";

    /// <summary>With this payment, more than the policy's limit for a day and payee would be signed. Nothing was signed.</summary>
    public const string OverPayee = "pay/over-payee";

    /// <summary>The server's signed offer (extension <c>offer-receipt</c>) has another amount, token or payee than the entry that it stands beside. Nothing was signed.</summary>
    public const string Price = "pay/price";

    /// <summary>The server's signed offer (extension <c>offer-receipt</c>) has expired. Nothing was signed.</summary>
    public const string Expired = "pay/expired";

    /// <summary>The offer would have the signature hold longer than the policy allows, or so short that it expires on its way. Nothing was signed.</summary>
    public const string Validity = "pay/validity";

    /// <summary>The caller looked at the offer and said no. Nothing was signed.</summary>
    public const string Declined = "pay/declined";

    /// <summary>The server refused the payment. It isn't sent elsewhere, and no other is made by itself.</summary>
    public const string NotTaken = "pay/not-taken";

    /// <summary>An earlier payment for this very request has expired, and whether it was settled isn't known. Nothing new is paid until the caller says so.</summary>
    public const string Unresolved = "pay/unresolved";

    /// <summary>A reply says to go elsewhere. Payments don't follow.</summary>
    public const string Redirect = "pay/redirect";

    /// <summary>The ledger of payments can't be read, or another process has it. Nothing was signed.</summary>
    public const string Ledger = "pay/ledger";

    /// <summary>The answer came without a word on the payment. Whether it was settled isn't known.</summary>
    public const string NoReply = "pay/no-reply";

    /// <summary>What the server says of the settlement isn't what was signed: another payer or chain, or more than the amount.</summary>
    public const string ReplyDiffers = "pay/reply-differs";

    /// <summary>The receipt's payment leaves aren't what was signed.</summary>
    public const string ReceiptDiffers = "pay/receipt-differs";
}
