namespace Assay.Payments;

/// <summary>Why a payment's message can't be read, or isn't for an offer. Stable codes (docs/errors.md).</summary>
public static class PayloadErrors
{
    /// <summary>The header isn't base64 with padding, or too long.</summary>
    public const string Header = "payment/header";

    /// <summary>Not strict JSON of an object, or too long.</summary>
    public const string Json = "payment/json";

    /// <summary>Not version 1 or 2, or not the version of its header.</summary>
    public const string Version = "payment/version";

    /// <summary>A member is missing or has the wrong form.</summary>
    public const string Form = "payment/form";

    /// <summary>Neither an EIP-3009 authorization nor a Permit2 authorization.</summary>
    public const string Kind = "payment/kind";

    /// <summary>Not 65 bytes with v 27 or 28 and s in the lower half.</summary>
    public const string SignatureForm = "payment/signature-form";

    /// <summary>The signature is longer than an account's: the payer is a contract (EIP-1271, EIP-6492), which isn't taken.</summary>
    public const string ContractPayer = "payment/contract-payer";

    /// <summary>What it says it accepts is none of the offers for this request.</summary>
    public const string NoOffer = "payment/no-offer";

    /// <summary>It was made for another address (<c>resource.url</c>).</summary>
    public const string OtherResource = "payment/other-resource";

    /// <summary>It has the extension <c>assay-binding</c>, and its nonce isn't made from that salt and the offer.</summary>
    public const string Binding = "payment/binding";
}
