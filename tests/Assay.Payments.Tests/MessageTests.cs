using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Payments.Tests;

/// <summary>x402's messages: written and read again, refused where they aren't what they should be.</summary>
public sealed class MessageTests
{
    private static readonly byte[] Salt = [.. Enumerable.Range(0, 16).Select(static i => (byte)i)];

    [Theory]
    [InlineData(TransferMethod.Eip3009)]
    [InlineData(TransferMethod.Permit2)]
    [InlineData(TransferMethod.Permit2Upto)]
    public void WhatIsWritten_ReadsAsTheSame(TransferMethod method)
    {
        PaymentRequirements offer = Samples.Offer(method);
        PaymentPayload? read = PayloadReader.TryReadHeader(PaymentHeader.Encode(Samples.Payment(offer, Salt, "order-0000000000000001")), 2, out string? error);

        Assert.Null(error);
        Assert.Equal(Samples.Transfer(offer, Salt), read!.Transfer);
        Assert.Equal(Samples.Resource.Url, read.ResourceUrl);
        Assert.Equal("order-0000000000000001", read.PaymentIdentifier);
        Assert.Same(offer, OfferMatch.Find(read, [Samples.Offer(method, 2000, "zk"), offer]));
        Assert.Null(OfferMatch.Misfit(read.Transfer, offer));
        Assert.True(OfferMatch.IsBound(read, offer));
        Assert.False(OfferMatch.IsBound(read, offer with { Level = "zk" }));
        Assert.Equal(offer, RequirementsReader.TryReadText(offer.Text));
    }

    [Fact]
    public void AnOffersText_HasOneSpelling()
    {
        string text = Samples.Offer().Text;

        Assert.NotNull(RequirementsReader.TryReadText(text));
        foreach (string other in new[] { " " + text, text.Replace("\"amount\":\"1000\"", "\"amount\":\"01000\"", StringComparison.Ordinal), text.Replace("0x036CbD", "0x036cbd", StringComparison.Ordinal), text[..^1] + ",\"more\":1}", text.Replace("\"scheme\"", "\"\\u0073cheme\"", StringComparison.Ordinal), "[]", "" })
        {
            Assert.Null(RequirementsReader.TryReadText(other));
        }
    }

    // Cases 7 and 8 of docs/payment-security.md.
    [Theory]
    [InlineData("amount", "\"999\"")]
    [InlineData("payTo", "\"0x90F79bf6EB2c4f870365E785982E1f101E93b906\"")]
    [InlineData("payTo", "\"0x3c44cdddb6a900fa2b585dd299e03d12fa4293bc\"")]
    [InlineData("asset", "\"0x90F79bf6EB2c4f870365E785982E1f101E93b906\"")]
    [InlineData("network", "\"eip155:1\"")]
    [InlineData("scheme", "\"upto\"")]
    [InlineData("maxTimeoutSeconds", "61")]
    [InlineData("maxTimeoutSeconds", "6e99999999999")]
    [InlineData("unknown", "1")]
    [InlineData("extra", "{}")]
    [InlineData("extra", "null")]
    [InlineData("extra.level", "\"zk\"")]
    [InlineData("extra.request", "\"AAAAAAAAAAAAAAAAAAAAAA\"")]
    [InlineData("extra.name", "\"usdc\"")]
    public void AnAcceptedOfferThatWasEdited_IsNoOffer(string member, string value)
    {
        JsonNode payment = JsonNode.Parse(Samples.Payment(Samples.Offer()))!;
        JsonObject target = payment["accepted"]!.AsObject();
        string[] path = member.Split('.');
        (path.Length == 2 ? target[path[0]]!.AsObject() : target)[path[^1]] = JsonNode.Parse(value);

        PaymentPayload? read = PayloadReader.TryRead(Encoding.UTF8.GetBytes(payment.ToJsonString()), out _);

        Assert.NotNull(read);
        Assert.Null(OfferMatch.Find(read, [Samples.Offer(), Samples.Offer(amount: 5000, level: "zk")]));
    }

    [Fact]
    public void MembersThatAClientAddsToExtra_ChangeNothing()
    {
        JsonNode payment = JsonNode.Parse(Samples.Payment(Samples.Offer()))!;
        payment["accepted"]!["extra"]!["mine"] = "x";

        Assert.NotNull(OfferMatch.Find(PayloadReader.TryRead(Encoding.UTF8.GetBytes(payment.ToJsonString()), out _)!, [Samples.Offer()]));
    }

    // Case 14.
    [Theory]
    [InlineData("\"text\"", false)]
    [InlineData("[]", false)]
    [InlineData("1", false)]
    [InlineData("{\"info\":1}", false)]
    [InlineData("{\"info\":{\"salt\":1}}", false)]
    [InlineData("{\"info\":{\"salt\":\"short\"}}", false)]
    [InlineData("{\"info\":null}", true)]
    [InlineData("{}", true)]
    [InlineData("null", true)]
    public void AnExtensionOfAnyForm_IsReadOrRefused_AndNeverThrows(string binding, bool readable)
    {
        JsonNode payment = JsonNode.Parse(Samples.Payment(Samples.Offer()))!;
        payment["extensions"] = new JsonObject { ["assay-binding"] = JsonNode.Parse(binding) };

        Assert.Equal(readable, PayloadReader.TryRead(Encoding.UTF8.GetBytes(payment.ToJsonString()), out string? error) is { BindingSalt: null });
        Assert.Equal(readable ? null : PayloadErrors.Form, error);
    }

    [Theory]
    [InlineData("%%%", PayloadErrors.Header)]
    [InlineData("e30", PayloadErrors.Header)]
    [InlineData("e30=", PayloadErrors.Version)]
    [InlineData("W10=", PayloadErrors.Json)]
    [InlineData("eyJ4NDAyVmVyc2lvbiI6M30=", PayloadErrors.Version)]
    [InlineData("eyJ4NDAyVmVyc2lvbiI6Mn0=", PayloadErrors.Form)]
    [InlineData("e_-=", PayloadErrors.Header)]
    [InlineData("", PayloadErrors.Header)]
    public void WhatIsNoPayment_HasACode(string header, string code)
    {
        Assert.Null(PayloadReader.TryReadHeader(header, 2, out string? error));
        Assert.Equal(code, error);
    }

    [Fact]
    public void OneVersionsPayment_IsntTakenInTheOthersHeader()
    {
        PaymentRequirements offer = Samples.Offer();
        string one = PaymentHeader.Encode(PayloadWriter.WriteV1(offer, Samples.Transfer(offer))), two = PaymentHeader.Encode(Samples.Payment(offer));

        Assert.NotNull(PayloadReader.TryReadHeader(one, 1, out _));
        Assert.Null(PayloadReader.TryReadHeader(one, 2, out string? first));
        Assert.Null(PayloadReader.TryReadHeader(two, 1, out string? second));
        Assert.Equal((PayloadErrors.Version, PayloadErrors.Version), (first, second));
    }

    // By version 1 the amount alone says which offer is meant.
    [Fact]
    public void AVersion1Payment_IsForTheOfferOfItsAmount()
    {
        PaymentRequirements[] offers = [Samples.Offer(), Samples.Offer(TransferMethod.Permit2), Samples.Offer(amount: 5000, level: "zk")];
        PaymentPayload paid = PayloadReader.TryRead(PayloadWriter.WriteV1(offers[2], Samples.Transfer(offers[2])), out _)!;

        Assert.Equal("zk", OfferMatch.Find(paid, offers)!.Level);
        Assert.Null(OfferMatch.Find(paid, offers[..2]));
        Assert.Null(OfferMatch.Find(paid with { Network = "base" }, offers));
    }

    [Fact]
    public void ASignatureOfAContract_HasItsOwnCode()
    {
        JsonNode payment = JsonNode.Parse(Samples.Payment(Samples.Offer()))!;
        foreach ((string signature, string code) in new[] { ("0x" + new string('1', 400), PayloadErrors.ContractPayer), ("0x" + new string('1', 128), PayloadErrors.SignatureForm), ("0x", PayloadErrors.SignatureForm), ("0x" + new string('f', 128) + "1b", PayloadErrors.SignatureForm), ("0x" + new string('1', 128) + "01", PayloadErrors.SignatureForm) })
        {
            payment["payload"]!["signature"] = signature;
            Assert.Null(PayloadReader.TryRead(Encoding.UTF8.GetBytes(payment.ToJsonString()), out string? error));
            Assert.Equal(code, error);
        }
    }

    [Fact]
    public void A402_SaysTheSameInBothVersions()
    {
        PaymentRequirements[] offers = [Samples.Offer(), Samples.Offer(TransferMethod.Permit2Upto, 9000), Samples.Offer(amount: 5000, level: "replay+zk")];
        PaymentRequired required = new() { Version = 2, Error = "Payment required", Resource = Samples.Resource, Offers = offers };
        ArrayBufferWriter<byte> body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            Assert.Equal(2, required.WriteV1Members(json));
            json.WriteEndObject();
        }

        PaymentRequired one = PaymentRequired.TryRead(body.WrittenSpan.ToArray())!, two = PaymentRequired.TryRead(required.WriteV2())!;

        Assert.Equal(offers, two.Offers);
        Assert.Equal([.. offers.Where(static o => o.Method == TransferMethod.Eip3009).Select(static o => o with { Request = null })], one.Offers);
    }

    // Other servers' entries that Assay can't pay are passed over; nothing of them is guessed.
    [Theory]
    [InlineData("""{"scheme":"batch-settlement","network":"eip155:84532","amount":"1","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC","maxTimeoutSeconds":60,"extra":{"name":"USDC","version":"2"}}""")]
    [InlineData("""{"scheme":"exact","network":"solana:x","amount":"1","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC","maxTimeoutSeconds":60,"extra":{"name":"USDC","version":"2"}}""")]
    [InlineData("""{"scheme":"exact","network":"eip155:84532","amount":"1","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC","maxTimeoutSeconds":60,"extra":{"name":"USDC","version":"2","paymentFlow":"upfront"}}""")]
    [InlineData("""{"scheme":"exact","network":"eip155:84532","amount":"-1","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC","maxTimeoutSeconds":60,"extra":{"name":"USDC","version":"2"}}""")]
    [InlineData("""{"scheme":"exact","network":"eip155:84532","amount":"1","asset":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC","maxTimeoutSeconds":60}""")]
    public void AnEntryOfAnotherKind_IsLeftOut(string entry) => Assert.Null(RequirementsReader.TryRead(Samples.Element(entry)));

    [Fact]
    public void AFacilitatorsRequest_ReadsAsWritten_AlsoWhereUptoChargesLess()
    {
        PaymentRequirements offer = Samples.Offer(TransferMethod.Permit2Upto, 9000);
        FacilitatorRequest request = new(PayloadReader.TryRead(Samples.Payment(offer), out _)!, offer, 123);

        FacilitatorRequest? read = FacilitatorRequest.TryRead(request.Write(Samples.Resource), out string? error);

        Assert.Null(error);
        Assert.Equal((offer, request.Amount), (read!.Offer, read.Amount));
        Assert.Equal(request.Payment.Transfer, read.Payment.Transfer);
    }

    [Fact]
    public void ASettlement_ReadsAsWritten_AndGarbageIsNone()
    {
        SettlementResponse settled = new() { Success = true, Network = "eip155:84532", Payer = Samples.Payer, Transaction = Digest32.Sha256([3]), Amount = 12 };
        SettlementResponse refused = new() { Success = false, Network = "base-sepolia", Reason = PaymentErrors.NonceUsed };

        Assert.Equal(settled, SettlementResponse.TryRead(settled.Write()));
        Assert.Equal(refused, SettlementResponse.TryRead(refused.Write()));
        Assert.Null(SettlementResponse.TryRead("""{"success":"true","network":"x","transaction":""}"""u8.ToArray()));
        Assert.Null(SettlementResponse.TryRead("""{"success":true,"network":"x","transaction":"0x12"}"""u8.ToArray()));
    }

    [Fact]
    public void WhateverComes_ReadsOrIsRefused_AndWhatReadsReadsAgain()
    {
        PaymentRequirements offer = Samples.Offer();
        byte[][] seeds = [Samples.Payment(offer, Salt, "order-0000000000000001"), Samples.Payment(Samples.Offer(TransferMethod.Permit2Upto)), PayloadWriter.WriteV1(offer, Samples.Transfer(offer)), Samples.Required(offer) is { } ? new PaymentRequired { Version = 2, Resource = Samples.Resource, Offers = [offer] }.WriteV2() : []];

        FuzzSummary summary = FuzzRun.Run(seeds, bytes =>
        {
            PaymentRequired? required = PaymentRequired.TryRead(bytes);
            foreach (PaymentRequirements found in required?.Offers ?? [])
            {
                Assert.Equal(found, RequirementsReader.TryReadText(found.Text));
            }

            PaymentPayload? payment = PayloadReader.TryRead(bytes, out string? error);
            Assert.Equal(payment is null, error is not null);
            if (payment is not null)
            {
                _ = OfferMatch.Find(payment, [offer]);
                _ = OfferMatch.Misfit(payment.Transfer, offer);
                _ = payment.Transfer.Digest(offer);
            }

            _ = SettlementResponse.TryRead(bytes);
            _ = FacilitatorRequest.TryRead(bytes, out _);
            return payment is not null || required is not null;
        }, oneOf: 50);

        Assert.True(summary.Accepted > 10 && summary.Refused > 10);
    }
}
