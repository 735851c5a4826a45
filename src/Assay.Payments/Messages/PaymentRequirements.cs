using Assay.Primitives;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using Assay.Evm;

namespace Assay.Payments;

/// <summary>
/// One way to pay: an entry of <c>accepts</c> (x402 v2), of an EVM chain. Readers take any members in <c>extra</c>; those that Assay knows
/// are properties here, and <see cref="Text"/> has exactly these (spec/payment.md, "Offers").
/// </summary>
public sealed record PaymentRequirements
{
    /// <summary>Scheme that charges exactly <see cref="Amount"/>.</summary>
    public const string Exact = "exact";

    /// <summary>Scheme that charges at most <see cref="Amount"/>.</summary>
    public const string Upto = "upto";

    /// <summary><see cref="Exact"/> or <see cref="Upto"/>.</summary>
    public required string Scheme { get; init; }

    /// <summary>The chain's number; <c>network</c> is <c>eip155:</c> and this.</summary>
    public required BigInteger ChainId { get; init; }

    /// <summary>In the token's smallest unit.</summary>
    public required BigInteger Amount { get; init; }

    /// <summary>The token.</summary>
    public required EvmAddress Asset { get; init; }

    /// <summary>Who is paid.</summary>
    public required EvmAddress PayTo { get; init; }

    /// <summary>How long a payment must hold from the moment that it is made, in seconds; 1 to 2^31 - 1.</summary>
    public required int MaxTimeoutSeconds { get; init; }

    /// <summary>The token's EIP-712 domain: its name (<c>extra.name</c>).</summary>
    public required string TokenName { get; init; }

    /// <summary>The token's EIP-712 domain: its version (<c>extra.version</c>).</summary>
    public required string TokenVersion { get; init; }

    /// <summary>How it is paid; <c>extra.assetTransferMethod</c> and the scheme say it.</summary>
    public required TransferMethod Method { get; init; }

    /// <summary>Scheme <c>upto</c>: the only account that may settle (<c>extra.facilitatorAddress</c>); else null.</summary>
    public EvmAddress? Facilitator { get; init; }

    /// <summary>Assay's level (<c>extra.level</c>), canonical; null in others' offers.</summary>
    public string? Level { get; init; }

    /// <summary>What is paid for (<c>extra.request</c>): <see cref="PaidRequest.Short"/>; null in others' offers.</summary>
    public string? Request { get; init; }

    /// <summary>CAIP-2.</summary>
    public string Network => "eip155:" + EvmAmount.Text(ChainId);

    /// <summary>The token in CAIP-19, lower case.</summary>
    public string AssetId => $"{Network}/erc20:{Asset.ToLowerString()}";

    /// <summary>The entry's only spelling (spec/payment.md, "Offers"): no white space, strings as in RFC 8785.</summary>
    public string Text
    {
        get
        {
            StringBuilder text = new(512);
            char before = '{';
            void Member(string name, string? value)
            {
                if (value is not null)
                {
                    text.Append(before).Append('"').Append(name).Append("\":");
                    CanonicalText.Append(text, value);
                    before = ',';
                }
            }

            Member("scheme", Scheme);
            Member("network", Network);
            Member("amount", EvmAmount.Text(Amount));
            Member("asset", Asset.ToString());
            Member("payTo", PayTo.ToString());
            text.Append(CultureInfo.InvariantCulture, $",\"maxTimeoutSeconds\":{MaxTimeoutSeconds},\"extra\":");
            before = '{';
            Member("name", TokenName);
            Member("version", TokenVersion);
            Member("assetTransferMethod", AssetTransferMethod);
            Member("facilitatorAddress", Facilitator?.ToString());
            Member("level", Level);
            Member("request", Request);
            return text.Append("}}").ToString();
        }
    }

    private string? AssetTransferMethod => Method == TransferMethod.Eip3009 ? null : "permit2";

    /// <summary>Writes the entry, with the members of <see cref="Text"/> in its order; strings may be escaped otherwise.</summary>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("scheme", Scheme);
        json.WriteString("network", Network);
        json.WriteString("amount", EvmAmount.Text(Amount));
        json.WriteString("asset", Asset.ToString());
        json.WriteString("payTo", PayTo.ToString());
        json.WriteNumber("maxTimeoutSeconds", MaxTimeoutSeconds);
        json.WriteStartObject("extra");
        json.WriteString("name", TokenName);
        json.WriteString("version", TokenVersion);
        Optional(json, "assetTransferMethod", AssetTransferMethod);
        Optional(json, "facilitatorAddress", Facilitator?.ToString());
        Optional(json, "level", Level);
        Optional(json, "request", Request);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
