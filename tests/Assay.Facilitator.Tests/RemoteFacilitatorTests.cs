using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Assay.Chain;
using Assay.Payments;
using Assay.Testing;

namespace Assay.Facilitator.Tests;

/// <summary>What a facilitator may answer, and what it is taken for.</summary>
public sealed class RemoteFacilitatorTests : IDisposable
{
    private const string Hash = "0x1111111111111111111111111111111111111111111111111111111111111111";

    private readonly TestPayer _payer = new();
    private readonly PaymentRequirements _offer = TestPayer.Offer();

    public static TheoryData<string> Garbage =>
    [
        "", "null", "[]", "{}", "\"ok\"", "{\"isValid\":1}", "{\"isValid\":\"true\"}", "{\"isValid\":true", "{\"isValid\":true,\"isValid\":false}", "\u00ff",
        new string('[', 100_000), "{\"success\":true}", "{\"success\":true,\"transaction\":\"\",\"network\":\"eip155:84532\"}",
        "{\"success\":true,\"transaction\":\"0x12\",\"network\":\"eip155:84532\"}", $"{{\"success\":true,\"transaction\":\"{Hash}\",\"network\":\"eip155:1\"}}",
        $"{{\"success\":true,\"transaction\":\"{Hash}\",\"network\":\"eip155:84532\",\"payer\":\"0x0000000000000000000000000000000000000001\"}}",
        "{\"isValid\":true,\"payer\":\"0x0000000000000000000000000000000000000001\"}", "{\"isValid\":\"\\ud800\"}",
    ];

    public void Dispose() => _payer.Dispose();

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Garbage_is_no_verdict(string body)
    {
        Assert.Equal(FacilitatorOutcome.Unavailable, (await VerifyAsync(_ => Answer(200, body))).Outcome);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await SettleAsync(_ => Answer(200, body))).Outcome);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Status_that_is_not_about_the_payment_is_no_verdict(int status)
    {
        Assert.Equal(FacilitatorOutcome.Unavailable, (await VerifyAsync(_ => Answer(status, "{\"isValid\":false,\"invalidReason\":\"x\"}"))).Outcome);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await VerifyAsync(_ => Answer(status, "{\"isValid\":true}"))).Outcome);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await SettleAsync(_ => Answer(status, Settled(false, "x")))).Outcome);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await SettleAsync(_ => Answer(status, Settled(true)))).Outcome);
    }

    [Fact]
    public async Task Answers_are_what_they_say()
    {
        Assert.Equal(new VerifyReply(FacilitatorOutcome.Accepted, null, null, _payer.Address), await VerifyAsync(_ => Answer(200, "{\"isValid\":true}")));
        Assert.Equal(new VerifyReply(FacilitatorOutcome.Refused, "why", "words", null), await VerifyAsync(_ => Answer(400, "{\"isValid\":false,\"invalidReason\":\"why\",\"invalidMessage\":\"words\"}")));
        Assert.Equal(FacilitatorOutcome.Unavailable, (await VerifyAsync(_ => Answer(200, "{\"isValid\":false,\"invalidReason\":\"unexpected_verify_error\"}"))).Outcome);
        SettleReply settled = await SettleAsync(_ => Answer(200, Settled(true)));
        Assert.Equal((FacilitatorOutcome.Accepted, Hash), (settled.Outcome, "0x" + settled.Transaction));
        Assert.Equal((FacilitatorOutcome.Refused, "why"), Of(await SettleAsync(_ => Answer(402, Settled(false, "why")))));
        Assert.Equal((FacilitatorOutcome.Pending, PaymentErrors.SettlementPending), Of(await SettleAsync(_ => Answer(200, Settled(false, PaymentErrors.SettlementPending)))));
        Assert.Equal(FacilitatorOutcome.Accepted, (await SettleAsync(_ => Answer(200, Settled(false, PaymentErrors.NonceUsed)))).Outcome);
        Assert.Equal(FacilitatorOutcome.Refused, (await SettleAsync(_ => Answer(200, Settled(false, PaymentErrors.NonceUsed).Replace(Hash, "", StringComparison.Ordinal)))).Outcome);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await SettleAsync(_ => Answer(200, Settled(false, "unexpected_settle_error")))).Outcome);
    }

    [Theory]
    [InlineData(0, FacilitatorOutcome.Refused)]
    [InlineData(1, FacilitatorOutcome.Unavailable)]
    public async Task Unused_nonce_is_refused_though_the_chains_server_searches_few_blocks(int used, FacilitatorOutcome outcome)
    {
        using HttpClient http = new(new Handler((_, _) => Task.FromResult(Answer(402, Settled(false, "insufficient_funds").Replace(Hash, "", StringComparison.Ordinal)))));
        using HttpClient rpc = new(new Handler(async (request, cancellation) =>
        {
            using JsonDocument asked = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync(cancellation));
            string said = asked.RootElement.GetProperty("method").GetString() switch
            {
                "eth_blockNumber" => "\"result\":\"0x10000\"",
                "eth_call" => $"\"result\":\"0x{used:x64}\"",
                _ => "\"error\":{\"code\":-32602,\"message\":\"block range is too wide\"}",
            };
            return Answer(200, $"{{\"jsonrpc\":\"2.0\",\"id\":{asked.RootElement.GetProperty("id").GetInt64()},{said}}}");
        }));
        RemoteFacilitator facilitator = new(http, new Uri("https://f.example/"), null, TimeProvider.System, new ChainClient(rpc, new Uri("https://rpc.example/")));

        Assert.Equal(outcome, (await facilitator.SettleAsync(_payer.Pay(_offer), _offer, _offer.Amount, default)).Outcome);
    }

    [Theory]
    [InlineData(0, 60_536)]
    [InlineData(64_000, 63_999)]
    public async Task Used_nonce_is_searched_back_to_when_the_payment_became_valid(int validAfter, int first)
    {
        // A block a second; at most 100 of them at once.
        List<(long From, long To)> searched = [];
        using HttpClient http = new(new Handler((_, _) => Task.FromResult(Answer(402, Settled(false, "insufficient_funds").Replace(Hash, "", StringComparison.Ordinal)))));
        using HttpClient rpc = new(new Handler(async (request, cancellation) =>
        {
            JsonNode asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellation))!;
            string Search(JsonNode filter)
            {
                (long from, long to) = (Number(filter["fromBlock"]!), filter["toBlock"]!.GetValue<string>() == "latest" ? 65_536 : Number(filter["toBlock"]!));
                if (to - from >= 100)
                {
                    return "\"error\":{\"code\":-32602,\"message\":\"block range is too wide\"}";
                }

                searched.Add((from, to));
                return "\"result\":[]";
            }

            string said = asked["method"]!.GetValue<string>() switch
            {
                "eth_blockNumber" => "\"result\":\"0x10000\"",
                "eth_call" => $"\"result\":\"0x{1:x64}\"",
                "eth_getBlockByNumber" => $"\"result\":{{\"timestamp\":{asked["params"]![0]!.ToJsonString()}}}",
                _ => Search(asked["params"]![0]!),
            };
            return Answer(200, $"{{\"jsonrpc\":\"2.0\",\"id\":{asked["id"]},{said}}}");
        }));
        RemoteFacilitator facilitator = new(http, new Uri("https://f.example/"), null, TimeProvider.System, new ChainClient(rpc, new Uri("https://rpc.example/")));
        PaymentPayload payment = _payer.Pay(_offer, _payer.Transfer(_offer) with { ValidAfter = validAfter });

        Assert.Equal(FacilitatorOutcome.Refused, (await facilitator.SettleAsync(payment, _offer, _offer.Amount, default)).Outcome);
        Assert.Equal(65_536, searched[0].To);
        Assert.All(searched.Zip(searched.Skip(1)), static pair => Assert.Equal(pair.First.From - 1, pair.Second.To));
        Assert.InRange(searched[^1].From, first - 64, first);
    }

    [Fact]
    public async Task Case_19_settlement_that_takes_too_long_is_unknown_and_not_refused()
    {
        RemoteFacilitatorOptions options = new() { SettleTimeout = TimeSpan.FromMilliseconds(50) };
        SettleReply reply = await SettleAsync(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return Answer(200, "");
        }, options);
        Assert.Equal((FacilitatorOutcome.Unavailable, null), Of(reply));
        Assert.Equal(FacilitatorOutcome.Unavailable, (await SettleAsync((_, _) => throw new HttpRequestException("no"), options)).Outcome);
    }

    [Fact]
    public async Task Caller_that_gives_up_is_told_so()
    {
        using CancellationTokenSource cancellation = new();
        await cancellation.CancelAsync();
        using HttpClient http = new(new Handler((_, token) => Task.FromCanceled<HttpResponseMessage>(token)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new RemoteFacilitator(http, new Uri("https://f.example/"), null, TimeProvider.System).VerifyAsync(_payer.Pay(_offer), _offer, cancellation.Token));
    }

    [Fact]
    public async Task Redirects_are_followed_on_the_same_host_only_and_not_for_ever()
    {
        List<Uri> asked = [];
        HttpResponseMessage Redirect(HttpRequestMessage request, string to)
        {
            asked.Add(request.RequestUri!);
            return new HttpResponseMessage(HttpStatusCode.PermanentRedirect) { Headers = { Location = new Uri(to, UriKind.RelativeOrAbsolute) } };
        }

        VerifyReply moved = await VerifyAsync(request => request.RequestUri!.AbsolutePath == "/a/verify" ? Redirect(request, "/b/verify") : Answer(200, "{\"isValid\":true}"));
        Assert.Equal(FacilitatorOutcome.Accepted, moved.Outcome);
        asked.Clear();
        Assert.Equal(FacilitatorOutcome.Unavailable, (await VerifyAsync(request => Redirect(request, "https://other.example/verify"))).Outcome);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await VerifyAsync(request => Redirect(request, "http://f.example/verify"))).Outcome);
        Assert.All(asked, static uri => Assert.Equal("https://f.example/a/verify", uri.AbsoluteUri));
        asked.Clear();
        Assert.Equal(FacilitatorOutcome.Unavailable, (await VerifyAsync(request => Redirect(request, "/again"))).Outcome);
        Assert.Equal(4, asked.Count);
    }

    [Fact]
    public async Task Supported_is_asked_again_after_429_and_its_pause_is_bounded()
    {
        int asked = 0;
        RemoteFacilitatorOptions options = new() { MaxPause = TimeSpan.FromMilliseconds(5), Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer t" } };
        using HttpClient http = new(new Handler((request, _) =>
        {
            Assert.Equal("Bearer t", request.Headers.Authorization!.ToString());
            HttpResponseMessage busy = Answer(429, "");
            busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromHours(1));
            return Task.FromResult(++asked < 3 ? busy : Answer(200, "{\"kinds\":[{\"x402Version\":2,\"scheme\":\"exact\",\"network\":\"eip155:1\"},{\"x402Version\":9},3,null]}"));
        }));
        RemoteFacilitator facilitator = new(http, new Uri("https://f.example/a"), options, TimeProvider.System);
        Assert.Equal([new SupportedKind(2, "exact", "eip155:1", null)], await facilitator.SupportedAsync(default));
        Assert.Equal(3, asked);
        asked = -100;
        Assert.Null(await facilitator.SupportedAsync(default));
        Assert.Equal(-97, asked);
    }

    [Fact]
    public void Answers_are_fuzzed()
    {
        byte[][] seeds =
        [
            Encoding.UTF8.GetBytes($"{{\"isValid\":true,\"invalidReason\":\"a\\u0041\",\"invalidMessage\":null,\"payer\":\"{_payer.Address}\"}}"),
            Encoding.UTF8.GetBytes($"{{\"kinds\":[{{\"x402Version\":2,\"scheme\":\"upto\",\"network\":\"eip155:1\",\"extra\":{{\"facilitatorAddress\":\"{_payer.Address}\"}}}}]}}"),
        ];
        FuzzSummary summary = FuzzRun.Run(seeds, static bytes => FacilitatorAnswers.Verification(bytes) is not null | FacilitatorAnswers.Supported(bytes) is not null, oneOf: 20);
        Assert.True(summary.Accepted > 100 && summary.Refused > 100);
    }

    private static (FacilitatorOutcome, string?) Of(SettleReply reply) => (reply.Outcome, reply.Reason);

    private static string Settled(bool success, string? reason = null) =>
        $"{{\"success\":{(success ? "true" : "false")},{(reason is null ? "" : $"\"errorReason\":\"{reason}\",")}\"transaction\":\"{Hash}\",\"network\":\"eip155:84532\"}}";

    private static HttpResponseMessage Answer(int status, string body) => new((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.Latin1.GetBytes(body)) };

    private Task<VerifyReply> VerifyAsync(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        HttpClient http = new(new Handler((request, _) => Task.FromResult(answer(request))));
        return new RemoteFacilitator(http, new Uri("https://f.example/a/"), null, TimeProvider.System).VerifyAsync(_payer.Pay(_offer), _offer, default);
    }

    private Task<SettleReply> SettleAsync(Func<HttpRequestMessage, HttpResponseMessage> answer) => SettleAsync((request, _) => Task.FromResult(answer(request)), null);

    private Task<SettleReply> SettleAsync(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer, RemoteFacilitatorOptions? options)
    {
        HttpClient http = new(new Handler(answer));
        return new RemoteFacilitator(http, new Uri("https://f.example/a"), options, TimeProvider.System).SettleAsync(_payer.Pay(_offer), _offer, _offer.Amount, default);
    }

    private static long Number(JsonNode text) => long.Parse(text.GetValue<string>().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed class Handler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);
    }
}
