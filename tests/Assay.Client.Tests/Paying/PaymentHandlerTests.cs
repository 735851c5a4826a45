using System.Net;
using System.Text;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Client.Tests;

/// <summary>Which offer is paid, with what, and what is refused before anything is signed.</summary>
public sealed class PaymentHandlerTests
{
    [Fact]
    public async Task A402_IsPaid_AndTheSameBodyIsSentAgain()
    {
        using Payer payer = new();
        using HttpResponseMessage response = await payer.AskAsync("what is it?");
        Assert.Equal("served", await response.Content.ReadAsStringAsync());
        Assert.Equal(["what is it?", "what is it?"], payer.Server.Bodies);
        Assert.True(response.RequestMessage!.Options.TryGetValue(PaymentHandler.Result, out PaymentResult? result));
        Assert.Null(result!.Problem);
        Assert.Equal(10_000, result.Charged);
        Assert.Equal(Digest32.Sha256(payer.Server.Payments.Single().Json.Span), result.Transaction);
        Assert.Equal(PaymentState.Answered, payer.Ledger.All.Single().State);
    }

    [Fact]
    public async Task AnOfferForOneRequest_GetsASignatureForThatRequest()
    {
        using Payer payer = new();
        payer.Server.Offers = [PaidServer.Offer("10000", "signed")];
        (await payer.AskAsync()).Dispose();
        Assert.True(OfferMatch.IsBound(payer.Server.Payments.Single(), payer.Server.Offers[0]));
    }

    [Theory]
    [InlineData(TransferMethod.Eip3009, 10_000)]
    [InlineData(TransferMethod.Permit2, 10_000)]
    [InlineData(TransferMethod.Permit2Upto, 5_000)]
    public async Task EachMethod_IsSignedAsServersReadIt(TransferMethod method, int charged)
    {
        using Payer payer = new();
        payer.Server.Offers = [PaidServer.Offer("10000", "signed", method)];
        using HttpResponseMessage response = await payer.AskAsync();
        Assert.Equal(method, payer.Server.Payments.Single().Transfer.Method);
        Assert.Equal(charged, payer.Ledger.All.Single().Charged);
    }

    [Fact]
    public async Task Version1_IsPaidWhereThereIsNoOther()
    {
        using Payer payer = new();
        payer.Server.Versions = [1];
        using HttpResponseMessage response = await payer.AskAsync();
        Assert.Equal(1, payer.Server.Payments.Single().Version);
        Assert.Null(response.RequestMessage!.Options.TryGetValue(PaymentHandler.Result, out PaymentResult? result) ? result!.Problem : "no result");
    }

    [Theory]
    [InlineData(null, "signed")]
    [InlineData("signed", "signed")]
    [InlineData("tee", "tee")]
    [InlineData("zk", "replay+zk")]
    public async Task TheLevelAskedFor_DecidesTheOffer(string? asked, string paid)
    {
        using Payer payer = new();
        payer.Server.Offers = [PaidServer.Offer("1000", "signed"), PaidServer.Offer("9000", "replay+tee+zk"), PaidServer.Offer("2000", "tee"), PaidServer.Offer("5000", "replay+zk")];
        payer.Policy = payer.Policy with { Level = asked is null ? null : Level(asked) };
        (await payer.AskAsync()).Dispose();
        Assert.Equal(paid, payer.Ledger.All.Single().Offer.Level);
    }

    [Theory]
    [InlineData(PayErrors.Level)]
    [InlineData(PayErrors.Token)]
    [InlineData(PayErrors.TokenDomain)]
    [InlineData(PayErrors.Method)]
    [InlineData(PayErrors.Payee)]
    [InlineData(PayErrors.OverLimit)]
    [InlineData(PayErrors.OverDay)]
    [InlineData(PayErrors.OverPayee)]
    [InlineData(PayErrors.Validity)]
    [InlineData(PayErrors.Declined)]
    [InlineData(PayErrors.Insecure)]
    [InlineData(PayErrors.NoOffer)]
    [InlineData(PayErrors.Price)]
    [InlineData(PayErrors.Expired)]
    public async Task WhatThePolicyDoesNotAllow_IsRefusedBeforeAnythingIsSigned(string code)
    {
        using Payer payer = new();
        PaymentRequirements offer = PaidServer.Offer("10000");
        AllowedToken token = payer.Policy.Tokens[0];
        payer.Server.Offers = [code switch
        {
            PayErrors.TokenDomain => offer with { TokenName = "USD Coin" },
            PayErrors.Token => offer with { ChainId = 8453 },
            PayErrors.Method => PaidServer.Offer("10000", null, TransferMethod.Permit2),
            PayErrors.Validity => offer with { MaxTimeoutSeconds = 86_400 },
            _ => offer,
        }];
        payer.Policy = code switch
        {
            PayErrors.Level => payer.Policy with { Level = VerificationLevel.Signed },
            PayErrors.Method => payer.Policy with { Methods = [TransferMethod.Eip3009] },
            PayErrors.Payee => payer.Policy with { Payees = [PaidServer.Settler] },
            PayErrors.OverLimit => payer.Policy with { Tokens = [token with { PerPayment = 9_999 }] },
            PayErrors.OverDay => payer.Policy with { Tokens = [token with { PerDay = 9_999 }] },
            PayErrors.OverPayee => payer.Policy with { Tokens = [token with { PerPayee = 9_999 }] },
            PayErrors.Declined => payer.Policy with { Approve = static (_, _) => false },
            _ => payer.Policy,
        };
        long until = code == PayErrors.Expired ? payer.Clock.Now.ToUnixTimeSeconds() - 1 : 0;
        payer.Server.Extensions = $$"""
            {"offer-receipt":{"info":{"offers":[{"format":"eip712","payload":{"version":1,"scheme":"{{offer.Scheme}}","network":"{{payer.Server.Offers[0].Network}}","asset":"{{offer.Asset}}",
            "payTo":"{{offer.PayTo}}","amount":"{{(code == PayErrors.Price ? "9999" : "10000")}}","validUntil":{{until}} },"signature":"0x"}]} } }
            """;
        payer.Server.Refusal = code == PayErrors.NoOffer ? static () => new HttpResponseMessage(HttpStatusCode.PaymentRequired) { Content = new StringContent("pay me") } : null;
        NodeException refused = await payer.RefusedAsync(address: code == PayErrors.Insecure ? "http://node.test/" : "https://node.test/");
        Assert.Equal(code, refused.Code);
        Assert.Contains("Nothing was signed.", refused.Message, StringComparison.Ordinal);
        Assert.Empty(payer.Ledger.All);
        Assert.Empty(payer.Server.Payments);
    }

    [Fact]
    public async Task Loopback_NeedsNoHttps()
    {
        using Payer payer = new();
        (await payer.AskAsync(address: "http://127.0.0.1:8080/")).Dispose();
        Assert.Single(payer.Server.Payments);
    }

    [Fact]
    public void AHandlerThatFollowsRedirects_IsRefused()
    {
        using Payer payer = new();
        using SocketsHttpHandler follows = new();
        Assert.Throws<ArgumentException>(() => new PaymentHandler(follows, payer.Signer, payer.Policy, payer.Ledger, payer.Clock));
    }

    [Fact]
    public async Task Redirects_GetNoPayment()
    {
        using Payer payer = new();
        payer.Server.Outcomes.Enqueue(static _ => new HttpResponseMessage(HttpStatusCode.TemporaryRedirect) { Headers = { Location = new Uri("https://other.test/") } });
        Assert.Equal(PayErrors.Redirect, (await payer.RefusedAsync()).Code);

        using Payer other = new();
        other.Server.Refusal = () =>
        {
            HttpResponseMessage elsewhere = other.Server.Required(null);
            elsewhere.RequestMessage = new HttpRequestMessage(HttpMethod.Post, "https://other.test/");
            return elsewhere;
        };
        Assert.Equal(PayErrors.Redirect, (await other.RefusedAsync()).Code);
        Assert.Empty(other.Server.Payments);
    }

    [Fact]
    public async Task WhatTheServerSaysOfTheSettlement_IsHeldAgainstWhatWasSigned()
    {
        Func<SettlementResponse, SettlementResponse?>[] lies =
        [
            static reply => null,
            static reply => reply with { Success = false },
            static reply => reply with { Payer = PaidServer.Payee },
            static reply => reply with { Network = "eip155:1" },
            static reply => reply with { Amount = 10_001 },
            static reply => reply with { Transaction = null },
        ];
        foreach (Func<SettlementResponse, SettlementResponse?> lie in lies)
        {
            using Payer payer = new();
            payer.Server.Reply = lie;
            using HttpResponseMessage response = await payer.AskAsync();
            Assert.True(response.RequestMessage!.Options.TryGetValue(PaymentHandler.Result, out PaymentResult? result));
            Assert.Equal(lie == lies[0] ? PayErrors.NoReply : PayErrors.ReplyDiffers, result!.Problem);
        }
    }

    [Fact]
    public async Task Case28_HeadersThatAreTooLong_AndFlowsThatAreNotKnown_AreNotPaid()
    {
        using Payer payer = new();
        payer.Server.Versions = [2];
        payer.Server.Extensions = $$"""{"long":{"info":"{{new string('x', 20_000)}}"} }""";
        Assert.Equal(PayErrors.NoOffer, (await payer.RefusedAsync()).Code);

        payer.Server.Extensions = null;
        string header = payer.Server.Required(null).Headers.GetValues(PaymentHeader.Required).Single();
        byte[] upfront = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(PaymentHeader.TryDecode(header)!).Replace("\"extra\":{", "\"extra\":{\"paymentFlow\":\"upfront\",", StringComparison.Ordinal));
        payer.Server.Refusal = () => new HttpResponseMessage(HttpStatusCode.PaymentRequired) { Headers = { { PaymentHeader.Required, PaymentHeader.Encode(upfront) } } };
        Assert.Equal(PayErrors.NoOffer, (await payer.RefusedAsync()).Code);
        Assert.Empty(payer.Ledger.All);
    }

    [Fact]
    public async Task HostileRefusals_AreRefusals()
    {
        using Payer payer = new();
        string header = payer.Server.Required(null).Headers.GetValues(PaymentHeader.Required).Single();
        byte[] json = PaymentHeader.TryDecode(header)!;
        Random random = new(7);
        for (int i = 0; i < 100; i++)
        {
            byte[] changed = [.. json];
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(32, 127);
            }

            payer.Server.Refusal = () => new HttpResponseMessage(HttpStatusCode.PaymentRequired) { Headers = { { PaymentHeader.Required, PaymentHeader.Encode(changed) } } };
            try
            {
                (await payer.AskAsync($"{i}")).Dispose();
            }
            catch (NodeException e)
            {
                Assert.StartsWith("pay/", e.Code, StringComparison.Ordinal);
            }
        }

        payer.Server.Refusal = () => new HttpResponseMessage(HttpStatusCode.PaymentRequired) { Content = new ByteArrayContent(new byte[1 << 20]) };
        Assert.Equal(PayErrors.NoOffer, (await payer.RefusedAsync()).Code);
    }

    private static VerificationLevel Level(string text) => VerificationLevel.TryParse(text, out VerificationLevel level, out _) ? level : throw new FormatException(text);
}
