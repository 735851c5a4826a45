using System.Buffers;
using System.Text.Json;
using Assay.Node.Errors;
using Assay.Payments;

namespace Assay.Node.Paying;

/// <summary>Puts offers into a 402, with what goes with them, and keeps its header short enough for clients.</summary>
/// <param name="signer">Signs offers too; null: nobody does.</param>
/// <param name="signIn">Signing in with a wallet.</param>
/// <param name="sponsors">Whether who settles brings a payer's signed allowance for Permit2 along (EIP-2612).</param>
/// <param name="time">The clock.</param>
internal sealed class OfferBook(OfferSigner? signer, SignInDesk signIn, bool sponsors, TimeProvider time)
{
    /// <summary>Most characters of PAYMENT-REQUIRED: node's clients take 16 KiB of headers, and there are others.</summary>
    internal const int MostCharacters = 14_500;

    // Clients send all of them back with their payment, and a payment has 8 KiB.
    private const int MostExtensionBytes = 4000;

    /// <summary>A refusal with these offers.</summary>
    internal PaidAnswer Refuse(PaidCall call, IReadOnlyList<MadeOffer> offers, NodeError why, SupportedKinds kinds) =>
        new() { Error = why, Offers = Write(call, offers, why), OffersV1 = kinds.ExactV1 && call.Request.TakesV1 };

    private PaymentRequired Write(PaidCall call, IReadOnlyList<MadeOffer> offers, NodeError why)
    {
        string description = call.Request.Description;
        PaymentRequired required = new()
        {
            Version = 2,
            Error = why.Alternatives is [var reason] && why.Code == "payment/invalid" ? reason : why.Code,
            Resource = new PaymentResource(call.Resource.AbsoluteUri, description.Length <= 200 ? description : description[..200], "application/json"),
            Offers = [.. offers.Select(static offer => offer.Terms)],
        };

        // Signed once, however much must be left out: whoever asks without paying mustn't cost more than that.
        DateTimeOffset now = time.GetUtcNow();
        byte[][] signatures = signer is null ? [] : [.. required.Offers.Select((offer, place) => signer.Offer(offer, place, required.Resource.Url, now))];
        while (true)
        {
            // First the offers, then of their signatures as many as fit.
            for (int signed = Math.Min(signatures.Length, required.Offers.Count); signed >= 0; signed = signed > 4 ? signed / 2 : signed - 1)
            {
                JsonElement extensions = Extensions(call, required, signatures.AsSpan(0, signed));
                PaymentRequired whole = required with { Extensions = extensions };
                if (extensions.GetRawText().Length <= MostExtensionBytes && Base64Length(whole.WriteV2().Length) <= MostCharacters)
                {
                    return whole;
                }
            }

            if (required.Offers.Count <= 1)
            {
                return required;
            }

            required = required with { Offers = [.. required.Offers.Take(required.Offers.Count - 1)] };
        }
    }

    private static int Base64Length(int bytes) => (bytes + 2) / 3 * 4;

    private JsonElement Extensions(PaidCall call, PaymentRequired required, ReadOnlySpan<byte[]> signed)
    {
        ArrayBufferWriter<byte> buffer = new(2048);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("payment-identifier");
            json.WriteStartObject("info");
            json.WriteBoolean("required", false);
            json.WriteEndObject();

            // Its clients look whether there is one; what it says they know.
            json.WriteStartObject("schema");
            json.WriteString("type", "object");
            json.WriteEndObject();
            json.WriteEndObject();
            if (signIn.IsOurs(call.Resource))
            {
                signIn.WriteChallenge(json, call.Resource);
            }

            if (sponsors && required.Offers.Any(static offer => offer.Method != TransferMethod.Eip3009))
            {
                json.WriteStartObject(SponsoredPermit.Extension);
                json.WriteStartObject("info");
                json.WriteString("description", "An allowance for Permit2, signed by EIP-2612, is brought to the chain with the payment.");
                json.WriteString("version", "1");
                json.WriteEndObject();
                json.WriteStartObject("schema");
                json.WriteString("type", "object");
                json.WriteEndObject();
                json.WriteEndObject();
            }

            if (!signed.IsEmpty)
            {
                json.WriteStartObject(OfferSigner.Extension);
                json.WriteStartObject("info");
                json.WriteStartArray("offers");
                foreach (byte[] offer in signed)
                {
                    json.WriteRawValue(offer);
                }

                json.WriteEndArray();
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}
