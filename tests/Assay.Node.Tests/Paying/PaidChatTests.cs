using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Node.Keys;
using Assay.Node.Paying;
using Assay.Node.Tests.Chatting;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Paying;

/// <summary>Chats that cost something: per request and by tokens, by x402 and from balances, whole and streamed.</summary>
public sealed class PaidChatTests : IDisposable
{
    private const string ByTokens = """{"signed":{"perMillionInputTokens":"150","perMillionOutputTokens":"600","most":"0.02"}}""";
    private const string Flat = """{"signed":{"perRequest":"0.001"}}""";

    // 7 tokens read, 3 said (ScriptedBackend.Usage): 7 x 150 + 3 x 600 of the token's smallest unit.
    private const int Used = 2850;

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-paid-chat-").FullName;
    private readonly FakeFacilitator _facilitator = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AFlatPrice_IsSettledBeforeAnythingLeaves_AndTheReceiptSaysWhatWasPaid(bool streamed)
    {
        await using NodeFixture node = await StartAsync(Flat);
        string question = streamed ? ChatNode.Streamed() : ChatNode.Hello;
        using Payer payer = new();
        PaymentRequired required = await OffersAsync(node, question);
        Assert.Equal(["1000", "1000"], required.Offers.Select(static offer => Evm.EvmAmount.Text(offer.Amount)));
        string payment = payer.Pay(required, salt: new byte[16]);
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(question, headers: (PaymentHeader.Signature, payment));
        Assert.True(status == 200, body);
        Assert.True(PaidNode.Settlement(response).Success);
        Assert.Equal(streamed ? "text/event-stream" : "application/json", response.Content.Headers.ContentType!.MediaType);
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal($"1000 {required.Offers[0].AssetId}", bundle.Claims.Text(ClaimRegistry.PaymentPrice));
        Assert.Equal(required.Offers[0].Text, bundle.Claims.Text(ClaimRegistry.PaymentOffer));

        // What was paid for is what was asked and answered, by the receipt alone.
        byte[] answer = streamed ? body.Split('\n').Transcript() : Encoding.UTF8.GetBytes(body);
        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle.Encode(), Trust = node.Trust, Now = TimeProvider.System.GetUtcNow(), RequestBytes = Encoding.UTF8.GetBytes(question), ResponseBytes = answer });
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.All(new[] { "payment/offer", "payment/signature", "response/outputs" }, code => Assert.Equal(CheckResult.Pass, verdict.Checks.Single(check => check.Code == code).Result));

        // The same again gets the same, and nothing moves; another request doesn't.
        (status, string again, HttpResponseMessage second) = await node.AskAsync(question, headers: (PaymentHeader.Signature, payment));
        Assert.Equal(200, status);
        Assert.Equal(streamed ? answer : Encoding.UTF8.GetBytes(body), streamed ? again.Split('\n').Transcript() : Encoding.UTF8.GetBytes(again));
        Assert.Equal(response.Headers.GetValues("Assay-Receipt"), second.Headers.GetValues("Assay-Receipt"));
        Assert.Equal(1, _facilitator.Asked);
        (status, body, _) = await node.AskAsync(question[..^1] + ",\"n\":1}", headers: (PaymentHeader.Signature, payment));
        Assert.Equal((409, "payment/used"), (status, body.Code()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ByTokens_WhatWasReadAndSaid_IsCharged(bool streamed)
    {
        await using NodeFixture node = await StartAsync(ByTokens);
        string question = streamed ? ChatNode.Streamed() : ChatNode.Hello;
        using Payer payer = new();
        PaymentRequired required = await OffersAsync(node, question);
        PaymentRequirements offer = Assert.Single(required.Offers);
        Assert.Equal(("upto", 20_000), (offer.Scheme, (int)offer.Amount));
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(question, headers: (PaymentHeader.Signature, payer.Pay(required)));
        Assert.True(status == 200, body);
        Assert.Equal(Used, (int)PaidNode.Settlement(response).Amount!.Value);
        Assert.Equal($"{Used} {offer.AssetId}", (await node.BundleAsync(response)).Claims.Text(ClaimRegistry.PaymentPrice));
    }

    // docs/weaknesses.md: by Permit2 a proxy moves the money, and isn't who paid; what a chat cost is signed.
    [Fact]
    public async Task W19_W21_PriceAndPayerAreEvidence_AndThePayerIsWhoSigned()
    {
        await using NodeFixture node = await StartAsync(ByTokens);
        using Payer payer = new();
        PaymentRequired required = await OffersAsync(node, ChatNode.Hello);
        (_, _, HttpResponseMessage response) = await node.AskAsync(headers: (PaymentHeader.Signature, payer.Pay(required)));
        Bundle bundle = await node.BundleAsync(response);
        SettlementEvidence settled = SettlementEvidence.TryDecode(Assert.Single(bundle.Endorsements).Evidence!.Value.Span)!;
        Assert.Equal((payer.Address, required.Offers[0].PayTo), (settled.Payer, settled.Payee));
        Assert.Equal(Used, (int)settled.Amount);
        Assert.NotEqual(PaymentContracts.UptoProxy, settled.Payer);
        Assert.StartsWith($"{Used} ", bundle.Claims.Text(ClaimRegistry.PaymentPrice), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStreamWhosePaymentFails_ShowsNothing()
    {
        await using NodeFixture node = await StartAsync(Flat);
        using Payer payer = new();
        PaymentRequired required = await OffersAsync(node, ChatNode.Streamed());
        _facilitator.OnSettle = static _ => FakeFacilitator.Refused("insufficient_funds");
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(ChatNode.Streamed(), headers: (PaymentHeader.Signature, payer.Pay(required)));
        Assert.Equal((402, "payment/not-settled"), (status, body.Code()));
        Assert.DoesNotContain("Hel", body, StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Assay-Receipt-Secret"));
    }

    [Fact]
    public async Task WorkThatFails_ReleasesThePayment()
    {
        int runs = 0;
        ScriptedBackend backend = new((plan, cancellation) => runs++ == 0 ? throw new ChatBackendException("upstream/unavailable", "it is down") : ScriptedBackend.Say(plan, ["Hel", "lo"], cancellation));
        await using NodeFixture node = await StartAsync(Flat, backend: backend);
        using Payer payer = new();
        string payment = payer.Pay(await OffersAsync(node, ChatNode.Streamed()));
        (int status, string body, _) = await node.AskAsync(ChatNode.Streamed(), headers: (PaymentHeader.Signature, payment));
        Assert.Equal("upstream/unavailable", body.Code());
        Assert.Equal(0, _facilitator.Asked);
        (status, body, _) = await node.AskAsync(ChatNode.Streamed(), headers: (PaymentHeader.Signature, payment));
        Assert.True(status == 200, body);
        Assert.Equal(1, _facilitator.Asked);
    }

    [Fact]
    public async Task FromABalance_AWholeAnswer_IsHeldAndCharged()
    {
        await using NodeFixture node = await StartAsync(ByTokens, "\"prepaid\",\"x402\"");
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(headers: Key);
        Assert.Equal((402, "payment/prepaid-empty"), (status, body.Code()));
        Assert.Single(PaidNode.Required(response).Offers);
        Credit(25_000);
        (status, body, response) = await node.AskAsync(headers: Key);
        Assert.True(status == 200, body);
        Assert.Equal("prepaid 0.00285 USD", (await node.BundleAsync(response)).Claims.Text(ClaimRegistry.PaymentPrice));
        Assert.Equal(25_000 - Used, Left());
        Assert.Equal(0, _facilitator.Asked);
    }

    [Fact]
    public async Task FromABalance_AStreamLeavesAsItComes_AndIsChargedBeforeItsEnd()
    {
        TaskCompletionSource more = new();
        await using NodeFixture node = await StartAsync(ByTokens, "\"prepaid\"", new ScriptedBackend((plan, cancellation) => TwoAsync(plan, more.Task, cancellation)));
        Credit(25_000);
        using HttpResponseMessage response = await OpenAsync(node);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        await UntilAsync(reader, "\"Hel\"");

        // Another one would need more than is left beside what this one holds.
        (int status, string body, _) = await node.AskAsync(headers: Key);
        Assert.Equal((402, "payment/prepaid-empty"), (status, body.Code()));
        more.SetResult();
        await UntilAsync(reader, "[DONE]");
        Assert.Equal(25_000 - Used, Left());
        Assert.Equal("prepaid 0.00285 USD", (await node.BundleAsync(response)).Claims.Text(ClaimRegistry.PaymentPrice));
    }

    [Fact]
    public async Task WhoLeavesAStream_PaysForWhatWasHandedOut_AndNoMore()
    {
        await using NodeFixture node = await StartAsync(ByTokens, "\"prepaid\"", new ScriptedBackend((plan, cancellation) => TwoAsync(plan, Task.Delay(Timeout.Infinite, cancellation), cancellation)) { Report = new ChatRunReport { Cache = "none" } });
        Credit(25_000);
        using (HttpResponseMessage response = await OpenAsync(node))
        {
            using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
            await UntilAsync(reader, "\"Hel\"");
        }

        for (int i = 0; i < 500 && Left() == 25_000; i++)
        {
            await Task.Delay(10);
        }

        // Two messages of 39 and 30 bytes, four to a token, and one piece.
        Assert.Equal(25_000 - (18 * 150) - 600, Left());
        await FreeAsync(node);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhereNobodyCountsTokens_TheyAreCountedHere(bool streamed)
    {
        await using NodeFixture node = await StartAsync(ByTokens, "\"prepaid\"", new ScriptedBackend { Report = new ChatRunReport { Cache = "none" } });
        Credit(25_000);
        (int status, string body, _) = await node.AskAsync(streamed ? ChatNode.Streamed() : ChatNode.Hello, headers: Key);
        Assert.True(status == 200, body);
        Assert.Equal(25_000 - (18 * 150) - (3 * 600), Left());
    }

    [Theory]
    [InlineData("chat/timeout")]
    [InlineData("backend/too-long")]
    public async Task WhatACallerCanBringAbout_IsntFree(string code)
    {
        ScriptedBackend backend = code == "chat/timeout"
            ? new ScriptedBackend((plan, cancellation) => TwoAsync(plan, Task.Delay(Timeout.Infinite, cancellation), cancellation)) { Report = new ChatRunReport { Cache = "none" } }
            : new ScriptedBackend((plan, cancellation) => ScriptedBackend.Say(plan, [.. Enumerable.Repeat(new string('x', 1000), 200)], cancellation)) { Report = new ChatRunReport { Cache = "none" } };
        await using NodeFixture node = await StartAsync(ByTokens, "\"prepaid\"", backend, limits: new ChatModelLimits { Overall = TimeSpan.FromSeconds(1), AnswerBytes = 64 << 10, OutputTokens = 20 });
        Credit(25_000);
        using HttpResponseMessage response = await OpenAsync(node);
        (List<string> lines, _) = await response.LinesAsync();
        Assert.Contains(lines, line => line.Contains(code, StringComparison.Ordinal));
        await FreeAsync(node);
        Assert.True(Left() <= 25_000 - (18 * 150) - 600, $"{Left()} left");
    }

    [Theory]
    [InlineData(Flat, 25_000, "0")]
    [InlineData(ByTokens, 25_000 - (18 * 150) - 600, "0.0033")]
    public async Task AStreamThatTheBackendBreaksOff_CostsTheTokensThatCame_AndNoFlatPrice(string levels, int left, string price)
    {
        await using NodeFixture node = await StartAsync(levels, "\"prepaid\"", new ScriptedBackend(static (plan, cancellation) => TwoAsync(plan, Task.FromException(new ChatBackendException("upstream/died", "it died")), cancellation)) { Report = new ChatRunReport { Cache = "none" } });
        Credit(25_000);
        using HttpResponseMessage response = await OpenAsync(node);
        (List<string> lines, _) = await response.LinesAsync();
        Assert.Contains(lines, static line => line.Contains("upstream/died", StringComparison.Ordinal));
        Assert.Equal($"prepaid {price} USD", (await node.BundleAsync(response)).Claims.Text(ClaimRegistry.PaymentPrice));
        await FreeAsync(node);
        Assert.Equal(left, Left());
    }

    [Fact]
    public async Task WhatCouldCostMoreThanMost_IsRefused_BeforeItIsPaidFor()
    {
        // 0.02 at most, 0.0006 a token said, and 18 are read: 28 fit.
        await using NodeFixture node = await StartAsync(ByTokens, "\"prepaid\",\"x402\"", outputTokens: null);
        Credit(1_000_000);
        foreach ((string more, bool isTaken) in new[] { (",\"max_tokens\":28", true), (",\"max_tokens\":29", false), (",\"max_tokens\":14,\"n\":2", true), (",\"max_tokens\":15,\"n\":2", false), ("", false) })
        {
            (int status, string body, _) = await node.AskAsync(ChatNode.Hello[..^1] + more + "}", headers: Key);
            Assert.True(isTaken ? status == 200 : (status, body.Code()) == (422, "payment/over-most"), more + " " + body);
        }
    }

    [Fact]
    public async Task AFlatPrice_CountsAnswers()
    {
        await using NodeFixture node = await StartAsync("""{"signed":{"perRequest":"0.001","perItem":"0.0005"}}""");
        Assert.Equal(["2500", "2500"], (await OffersAsync(node, ChatNode.Hello[..^1] + ",\"n\":3}")).Offers.Select(static offer => Evm.EvmAmount.Text(offer.Amount)));
    }

    [Fact]
    public async Task AnImagesBytes_ArentTokens()
    {
        await using NodeFixture node = await StartAsync(ByTokens, "\"prepaid\"", new ScriptedBackend { Report = new ChatRunReport { Cache = "none" } });
        Credit(25_000);
        string image = Convert.ToBase64String(new byte[30_000]);
        (int status, string body, _) = await node.AskAsync($$$"""{"model":"echo","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{image}}}"}}]}]}""", headers: Key);
        Assert.True(status == 200, body);
        Assert.True(Left() > 25_000 - (40 * 150) - (3 * 600), $"{Left()} left");
    }

    [Fact]
    public async Task PaymentsOfVersion1_TwoOfThem_AndForWhatIsFree_AreRefused()
    {
        await using NodeFixture node = await StartAsync(Flat);
        using Payer payer = new();
        PaymentRequired required = await OffersAsync(node, ChatNode.Hello);
        (int status, string body, _) = await node.AskAsync(headers: (PaymentHeader.SignatureV1, payer.PayV1(required.Offers[0])));
        Assert.Equal((402, "payment/no-offer"), (status, body.Code()));
        (status, body, _) = await node.AskAsync(headers: [(PaymentHeader.SignatureV1, "e30="), (PaymentHeader.Signature, "e30=")]);
        Assert.Equal((400, "payment/twice"), (status, body.Code()));
        (status, body, _) = await node.AskAsync(ChatNode.Hello.Replace("\"echo\"", "\"free\"", StringComparison.Ordinal), headers: (PaymentHeader.Signature, payer.Pay(required)));
        Assert.Equal((400, "payment/not-taken"), (status, body.Code()));
        (status, body, _) = await node.AskAsync(ChatNode.Hello.Replace("\"echo\"", "\"free\"", StringComparison.Ordinal));
        Assert.True(status == 200, body);
        Assert.Equal(0, _facilitator.Asked);
    }

    [Fact]
    public async Task ARequestThatCantBeAnswered_IsRefusedBeforeItIsPaidFor()
    {
        await using NodeFixture node = await StartAsync(Flat);
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"min_p\":0.5}");
        Assert.Equal((400, "chat/unsupported-parameter"), (status, body.Code()));
        Assert.False(response.Headers.Contains(PaymentHeader.Required));
        (status, body, _) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"verification\":\"zk\"}");
        Assert.Equal(422, status);
    }

    [Theory]
    [InlineData("""{"signed":{"perRequest":"1","perSecond":"1","most":"2"}}""", "'echo' can't be sold")]
    [InlineData("""{"signed":{"perRequest":"1"},"replay":{"perRequest":"2"}}""", "'models.echo.levels.replay' can't be met")]
    [InlineData("""{"signed":{"perMillionInputTokens":"1"}}""", "needs 'most', above 0")]
    [InlineData("""{"signed":{"perMillionInputTokens":"1","perSecond":"1","most":"1"}}""", "by 'perSecond', or by tokens")]
    public async Task PricesThatDontFit_StopTheStart(string levels, string why)
    {
        PriceFileException e = await Assert.ThrowsAsync<PriceFileException>(() => StartAsync(levels));
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokensAreForChatModelsOnly_AndAllModelsNeedAPrice()
    {
        Assert.Contains("'tiny' can't be sold as \"*\" says", (await Assert.ThrowsAsync<PriceFileException>(() => StartAsync(Flat, others: "{\"pay\":[\"x402\"],\"recommended\":\"signed\",\"levels\":" + ByTokens + "}"))).Message, StringComparison.Ordinal);
        Assert.Contains("'free' has no price", (await Assert.ThrowsAsync<PriceFileException>(() => StartAsync(Flat, others: null))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listings_SayWhatAChatCosts()
    {
        await using NodeFixture node = await StartAsync(ByTokens);
        (_, string body, _) = await node.SendAsync(HttpMethod.Get, "v1/models/echo");
        Assert.Equal("""{"perMillionInputTokens":"150","perMillionOutputTokens":"600","most":"0.02"}""", body.Json().GetProperty("payment").GetProperty("levels").GetProperty("signed").GetRawText());
        (_, body, _) = await node.SendAsync(HttpMethod.Get, "v1/models/free");
        Assert.Equal("null", body.Json().GetProperty("payment").GetRawText());
    }

    private string _secret = "";

    private (string, string) Key => ("Authorization", "Bearer " + _secret);

    private async Task<NodeFixture> StartAsync(string levels, string pay = "\"x402\"", IChatBackend? backend = null, string? others = "{\"pay\":[]}", ChatModelLimits? limits = null, int? outputTokens = 20)
    {
        string file = Path.Combine(_folder, "prices.json"), keys = Path.Combine(_folder, "keys.json");
        await File.WriteAllTextAsync(file, PaidNode.Prices(pay, levels).Replace("\"tiny\":", "\"echo\":", StringComparison.Ordinal).Replace(",\"*\":{\"pay\":[]}", others is null ? "" : ",\"*\":" + others, StringComparison.Ordinal));
        if (pay.Contains("prepaid", StringComparison.Ordinal))
        {
            _secret = ApiKeySecret.Create();
            _ = ApiKeySecret.TryDigest(_secret, out Digest32 digest);
            ApiKeyFileEditor.Add(keys, new ApiKey("shop", VerificationLevel.Signed), digest);
        }

        return await NodeFixture.StartAsync(
            defaultLevel: VerificationLevel.Signed, keyFile: _secret.Length > 0 ? keys : null, folder: _folder, options: o => o with { PriceFile = file }, paying: new PaymentParts(_facilitator, null, []),
            chat: new ChatCatalog([ChatNode.Model(backend, limits ?? new ChatModelLimits { OutputTokens = outputTokens }), ChatNode.Model(name: "free")]));
    }

    private static async Task<PaymentRequired> OffersAsync(NodeFixture node, string body)
    {
        (int status, string text, HttpResponseMessage response) = await node.AskAsync(body);
        Assert.True(status == 402, text);
        Assert.Equal("payment/required", text.Code());
        return PaidNode.Required(response);
    }

    private async Task<HttpResponseMessage> OpenAsync(NodeFixture node)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(node.Host.Address, "/v1/chat/completions")) { Content = new StringContent(ChatNode.Streamed(), Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation(Key.Item1, Key.Item2);
        return await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task UntilAsync(StreamReader reader, string text)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"the stream ended without {text}");
    }

    private void Credit(int amount) => PrepaidBook.Change(_folder, "shop", "USD", amount * Scale);

    private int Left() => (int)(PrepaidBook.Read(_folder).Single().Amount / Scale);

    private static BigInteger Scale { get; } = BigInteger.Pow(10, DecimalAmount.BalanceDecimals - 6);

    // Nothing is held any more once the work is over.
    private async Task FreeAsync(NodeFixture node)
    {
        for (int i = 0; i < 500 && node.Host.Payments!.Store.Available("shop", "USD") / Scale != Left(); i++)
        {
            await Task.Delay(10);
        }

        Assert.Equal(Left(), (int)(node.Host.Payments!.Store.Available("shop", "USD") / Scale));
    }

    private static async IAsyncEnumerable<ChatEvent> TwoAsync(ChatPlan plan, Task more, [EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return new ChatEvent { Choice = 0, Content = "Hel" };
        await more.WaitAsync(cancellation);
        await foreach (ChatEvent item in ScriptedBackend.Say(plan, ["lo"], cancellation))
        {
            yield return item;
        }
    }
}
