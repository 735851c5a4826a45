using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Assay.Evm;

namespace Assay.Payments;

/// <summary>Writes what a client pays with.</summary>
public static class PayloadWriter
{
    /// <summary>A payment by version 2.</summary>
    /// <param name="required">The 402's offers: its resource and extensions are sent back.</param>
    /// <param name="entry">The entry that is accepted, as the server wrote it.</param>
    /// <param name="transfer">What was signed.</param>
    /// <param name="bindingSalt">The salt by which the nonce is bound to the offer, 16 bytes; null: it isn't.</param>
    /// <param name="identifier">The client's own name for this payment (<c>payment-identifier</c>); null: none.</param>
    public static byte[] WriteV2(PaymentRequired required, JsonElement entry, SignedTransfer transfer, ReadOnlyMemory<byte>? bindingSalt, string? identifier)
    {
        ArgumentNullException.ThrowIfNull(required);
        ArgumentNullException.ThrowIfNull(transfer);
        return Object(json =>
        {
            json.WriteNumber("x402Version", 2);
            if (required.ResourceElement is { } resource)
            {
                json.WritePropertyName("resource");
                resource.WriteTo(json);
            }

            json.WritePropertyName("accepted");
            entry.WriteTo(json);
            WritePayload(json, transfer);
            WriteExtensions(json, required.Extensions, bindingSalt, identifier);
        });
    }

    /// <summary>A payment by version 1.</summary>
    /// <exception cref="ArgumentException">The chain has no name in version 1, or it isn't EIP-3009.</exception>
    public static byte[] WriteV1(PaymentRequirements offer, SignedTransfer transfer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        ArgumentNullException.ThrowIfNull(transfer);
        string network = NamedNetworks.NameOf(offer.ChainId) is { } name && transfer is TransferAuthorization ? name : throw new ArgumentException("Version 1 can't say this.", nameof(offer));
        return Object(json =>
        {
            json.WriteNumber("x402Version", 1);
            json.WriteString("scheme", offer.Scheme);
            json.WriteString("network", network);
            WritePayload(json, transfer);
        });
    }

    private static byte[] Object(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WritePayload(Utf8JsonWriter json, SignedTransfer transfer)
    {
        json.WriteStartObject("payload");
        json.WriteString("signature", transfer.Signature.ToString());
        if (transfer is PermitTransfer permit)
        {
            WritePermit(json, permit);
        }
        else
        {
            json.WriteStartObject("authorization");
            json.WriteString("from", transfer.Payer.ToString());
            json.WriteString("to", transfer.PayTo.ToString());
            json.WriteString("value", EvmAmount.Text(transfer.Amount));
            json.WriteString("validAfter", EvmAmount.Text(transfer.ValidAfter));
            json.WriteString("validBefore", EvmAmount.Text(transfer.ValidBefore));
            json.WriteString("nonce", "0x" + transfer.Nonce);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WritePermit(Utf8JsonWriter json, PermitTransfer permit)
    {
        json.WriteStartObject("permit2Authorization");
        json.WriteString("from", permit.Payer.ToString());
        json.WriteStartObject("permitted");
        json.WriteString("token", permit.Token.ToString());
        json.WriteString("amount", EvmAmount.Text(permit.Amount));
        json.WriteEndObject();
        json.WriteString("spender", permit.Spender.ToString());
        json.WriteString("nonce", EvmAmount.Text(EvmAmount.FromWord(permit.Nonce)));
        json.WriteString("deadline", EvmAmount.Text(permit.ValidBefore));
        json.WriteStartObject("witness");
        json.WriteString("to", permit.PayTo.ToString());
        if (permit.Facilitator is { } facilitator)
        {
            json.WriteString("facilitator", facilitator.ToString());
        }

        json.WriteString("validAfter", EvmAmount.Text(permit.ValidAfter));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // What the server declared goes back as it was; only members are added.
    private static void WriteExtensions(Utf8JsonWriter json, JsonElement? declared, ReadOnlyMemory<byte>? salt, string? identifier)
    {
        if (declared is null && salt is null && identifier is null)
        {
            return;
        }

        json.WriteStartObject("extensions");
        if (declared is { } theirs)
        {
            foreach (JsonProperty extension in theirs.EnumerateObject())
            {
                if (extension.Name == "payment-identifier" && identifier is not null)
                {
                    WriteIdentifier(json, extension.Value, identifier);
                    identifier = null;
                }
                else
                {
                    extension.WriteTo(json);
                }
            }
        }

        // An identifier is sent only to servers that declare the extension: others would call it unknown.
        if (salt is { } bytes)
        {
            json.WriteStartObject("assay-binding");
            json.WriteStartObject("info");
            json.WriteString("salt", Base64Url.EncodeToString(bytes.Span));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteIdentifier(Utf8JsonWriter json, JsonElement declared, string identifier)
    {
        json.WriteStartObject("payment-identifier");
        json.WriteStartObject("info");
        if (PaymentJson.Object(declared, "info") is { } info)
        {
            foreach (JsonProperty member in info.EnumerateObject().Where(static member => member.Name != "id"))
            {
                member.WriteTo(json);
            }
        }

        json.WriteString("id", identifier);
        json.WriteEndObject();
        if (declared.ValueKind == JsonValueKind.Object && declared.TryGetProperty("schema", out JsonElement schema))
        {
            json.WritePropertyName("schema");
            schema.WriteTo(json);
        }

        json.WriteEndObject();
    }
}
