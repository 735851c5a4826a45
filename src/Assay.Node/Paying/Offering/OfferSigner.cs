using System.Buffers;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;
using Assay.Primitives;

namespace Assay.Node.Paying;

/// <summary>
/// x402's extension offer-receipt by EIP-712: offers and receipts of payment signed by the node's account. They say neither level nor request; Assay's
/// receipt does.
/// </summary>
internal sealed class OfferSigner(IEvmSigner signer)
{
    internal const string Extension = "offer-receipt";

    private static readonly Digest32 OfferType = Eip712.TypeHash("Offer(uint256 version,string resourceUrl,string scheme,string network,string asset,string payTo,string amount,uint256 validUntil)");
    private static readonly Digest32 ReceiptType = Eip712.TypeHash("Receipt(uint256 version,string network,string resourceUrl,string payer,uint256 issuedAt,string transaction)");
    private static readonly Digest32 OfferDomain = Eip712.Domain("x402 offer", "1", BigInteger.One, null);
    private static readonly Digest32 ReceiptDomain = Eip712.Domain("x402 receipt", "1", BigInteger.One, null);

    /// <summary>The account that signs.</summary>
    internal EvmAddress Address => signer.Address;

    /// <summary>One signed offer, as JSON.</summary>
    internal byte[] Offer(PaymentRequirements offer, int index, string resource, DateTimeOffset now)
    {
        long until = now.ToUnixTimeSeconds() + offer.MaxTimeoutSeconds;
        string amount = EvmAmount.Text(offer.Amount);
        Digest32 hash = Eip712.HashStruct(OfferType, Eip712.Word(BigInteger.One), Eip712.Text(resource), Eip712.Text(offer.Scheme), Eip712.Text(offer.Network), Eip712.Text(offer.Asset.ToString()),
            Eip712.Text(offer.PayTo.ToString()), Eip712.Text(amount), Eip712.Word(until));
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("format", "eip712");
            json.WriteNumber("acceptIndex", index);
            json.WriteStartObject("payload");
            json.WriteNumber("version", 1);
            json.WriteString("resourceUrl", resource);
            json.WriteString("scheme", offer.Scheme);
            json.WriteString("network", offer.Network);
            json.WriteString("asset", offer.Asset.ToString());
            json.WriteString("payTo", offer.PayTo.ToString());
            json.WriteString("amount", amount);
            json.WriteNumber("validUntil", until);
            json.WriteEndObject();
            json.WriteString("signature", signer.Sign(Eip712.Digest(OfferDomain, hash)).ToString());
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The <c>extensions</c> of a settlement's answer.</summary>
    internal JsonElement Receipt(PaymentRequirements offer, string resource, EvmAddress payer, Digest32? transaction, DateTimeOffset now)
    {
        long issued = now.ToUnixTimeSeconds();
        string hash = transaction is { } known ? "0x" + known : "";
        Digest32 signed = Eip712.Digest(ReceiptDomain, Eip712.HashStruct(ReceiptType, Eip712.Word(BigInteger.One), Eip712.Text(offer.Network), Eip712.Text(resource), Eip712.Text(payer.ToString()),
            Eip712.Word(issued), Eip712.Text(hash)));
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject(Extension);
            json.WriteStartObject("info");
            json.WriteStartObject("receipt");
            json.WriteString("format", "eip712");
            json.WriteStartObject("payload");
            json.WriteNumber("version", 1);
            json.WriteString("network", offer.Network);
            json.WriteString("resourceUrl", resource);
            json.WriteString("payer", payer.ToString());
            json.WriteNumber("issuedAt", issued);
            json.WriteString("transaction", hash);
            json.WriteEndObject();
            json.WriteString("signature", signer.Sign(signed).ToString());
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
