using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Assay.Payments;
using Assay.Testing;

namespace Assay.Facilitator.Tests;

[Collection(ChainTests.Name)]
public sealed class FacilitatorHostTests(LocalChainFixture fixture)
{
    [OracleFact(Oracle.LocalChain)]
    public async Task Payment_is_told_as_settled_once_and_then_as_used_by_which_transaction()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        await using FacilitatorHost host = await StartAsync(desk, new FacilitatorHostOptions());
        using HttpClient http = new() { BaseAddress = host.Address };
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = payer.Pay(offer);
        Assert.Equal($$"""{"isValid":true,"payer":"{{payer.Address}}"}""", (await PostAsync(http, "verify", Body(payment, offer))).Text);

        (HttpStatusCode Status, string Text)[] replies = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => PostAsync(http, "settle", Body(payment, offer))));
        Assert.All(replies, static reply => Assert.Equal(HttpStatusCode.OK, reply.Status));
        SettlementResponse[] read = [.. replies.Select(static reply => SettlementResponse.TryRead(Encoding.UTF8.GetBytes(reply.Text))!)];
        SettlementResponse settled = Assert.Single(read, static reply => reply.Success);
        Assert.Equal(2, read.Count(reply => !reply.Success && reply.Reason == PaymentErrors.NonceUsed && reply.Transaction == settled.Transaction));
        Assert.Equal(1000, await fixture.Chain.TokensOfAsync(offer.PayTo));

        // Our own client knows what that means: this payment is settled.
        using HttpClient plain = RemoteFacilitator.CreateHttpClient();
        SettleReply known = await new RemoteFacilitator(plain, host.Address, null, TimeProvider.System).SettleAsync(payment, offer, offer.Amount, default);
        Assert.Equal((FacilitatorOutcome.Accepted, settled.Transaction), (known.Outcome, known.Transaction));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Version_1_is_verified_and_settled()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        await using FacilitatorHost host = await StartAsync(desk, new FacilitatorHostOptions());
        using HttpClient http = RemoteFacilitator.CreateHttpClient();
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        PaymentPayload payment = PayloadReader.TryRead(PayloadWriter.WriteV1(offer, payer.Pay(offer).Transfer), out _)!;
        RemoteFacilitator facilitator = new(http, host.Address, null, TimeProvider.System);
        Assert.Equal(FacilitatorOutcome.Accepted, (await facilitator.VerifyAsync(payment, offer, default)).Outcome);
        Assert.Equal(FacilitatorOutcome.Accepted, (await facilitator.SettleAsync(payment, offer, offer.Amount, default)).Outcome);
        Assert.Equal(1000, await fixture.Chain.TokensOfAsync(offer.PayTo));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_26_upto_is_verified_for_what_was_signed_and_settled_for_less()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        await using FacilitatorHost host = await StartAsync(desk, new FacilitatorHostOptions());
        using HttpClient http = RemoteFacilitator.CreateHttpClient();
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer(TransferMethod.Permit2Upto, facilitator: desk.Account.Address);
        PaymentPayload payment = payer.Pay(offer);
        RemoteFacilitator facilitator = new(http, host.Address, null, TimeProvider.System);
        Assert.Equal(PaymentErrors.Permit2Amount, (await facilitator.VerifyAsync(payment, offer with { Amount = 999 }, default)).Reason);
        Assert.Equal(FacilitatorOutcome.Accepted, (await facilitator.VerifyAsync(payment, offer, default)).Outcome);
        Assert.Equal(PaymentErrors.UptoExceeds, (await facilitator.SettleAsync(payment, offer, 1001, default)).Reason);
        SettleReply reply = await facilitator.SettleAsync(payment, offer, 700, default);
        Assert.Equal((FacilitatorOutcome.Accepted, 700), (reply.Outcome, reply.Amount));
        Assert.Equal(700, await fixture.Chain.TokensOfAsync(offer.PayTo));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Supported_kinds_are_read_by_our_client()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        await using FacilitatorHost host = await StartAsync(desk, new FacilitatorHostOptions());
        using HttpClient http = RemoteFacilitator.CreateHttpClient();
        IReadOnlyList<SupportedKind>? kinds = await new RemoteFacilitator(http, host.Address, null, TimeProvider.System).SupportedAsync(default);
        Assert.Equal(
            [new SupportedKind(2, "exact", "eip155:84532", null), new SupportedKind(2, "upto", "eip155:84532", desk.Account.Address), new SupportedKind(1, "exact", "base-sepolia", null)],
            kinds);
        Assert.Equal("""{"status":"ok"}""", await http.GetStringAsync(new Uri(host.Address, "health")));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_14_garbage_is_a_bad_request_without_internals()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        await using FacilitatorHost host = await StartAsync(desk, new FacilitatorHostOptions());
        using HttpClient http = new() { BaseAddress = host.Address };
        using TestPayer payer = new();
        PaymentRequirements offer = TestPayer.Offer();
        string good = Encoding.UTF8.GetString(Body(payer.Pay(offer), offer));
        foreach (string body in new[]
        {
            "", "null", "[]", "{}", "{", "\u0000", good[..^1], """{"paymentPayload":{},"paymentRequirements":{}}""", good.Replace("\"x402Version\":2", "\"x402Version\":3", StringComparison.Ordinal),
            good.Replace("\"value\":\"1000\"", "\"value\":\"-1\"", StringComparison.Ordinal), good.Replace("eip155:84532", "solana:x", StringComparison.Ordinal), good.Replace("\"payload\"", "\"nothing\"", StringComparison.Ordinal),
        })
        {
            foreach (string path in new[] { "verify", "settle" })
            {
                (HttpStatusCode status, string text) = await PostAsync(http, path, Encoding.UTF8.GetBytes(body));
                Assert.Equal(HttpStatusCode.BadRequest, status);
                using JsonDocument json = JsonDocument.Parse(text);
                Assert.Equal(PaymentErrors.InvalidPayload, json.RootElement.GetProperty(path == "verify" ? "invalidReason" : "errorReason").GetString());
                Assert.StartsWith("payment/", json.RootElement.GetProperty(path == "verify" ? "invalidMessage" : "errorMessage").GetString(), StringComparison.Ordinal);
            }
        }

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(http, "verify", new byte[FacilitatorRequest.MaxLength + 1])).Status);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Token_is_asked_for_and_limits_hold()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        await using FacilitatorHost host = await StartAsync(desk, new FacilitatorHostOptions { Token = "secret", MaxRequestsOfPayer = 0 });
        using HttpClient http = new() { BaseAddress = host.Address };
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        PaymentRequirements offer = TestPayer.Offer();
        byte[] body = Body(payer.Pay(offer), offer);
        foreach (string? header in new[] { null, "Bearer", "Bearer wrong", "Basic secret", "secret" })
        {
            http.DefaultRequestHeaders.Remove("Authorization");
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(http, "settle", body)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(http, "verify", body)).Status);
        }

        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PostAsync(http, "settle", body)).Status);
        Assert.Equal(0, await desk.SentAsync());
        await using FacilitatorHost full = await StartAsync(desk, new FacilitatorHostOptions { MaxRequests = 0 });
        using HttpClient other = new() { BaseAddress = full.Address };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync(other, "verify", body)).Status);
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Bodies_that_come_slowly_take_nobodys_place_and_are_given_up()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        await using FacilitatorHost host = await StartAsync(desk, new FacilitatorHostOptions { MaxRequests = 1, BodyTimeout = TimeSpan.FromMilliseconds(500) });
        using HttpClient http = new() { BaseAddress = host.Address };
        List<TcpClient> slow = [];
        try
        {
            foreach (string length in new[] { "Content-Length: 1000", "Transfer-Encoding: chunked" })
            {
                TcpClient client = new(host.Address.Host, host.Address.Port);
                slow.Add(client);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"POST /settle HTTP/1.1\r\nHost: f\r\n{length}\r\n\r\n1"));
            }

            // Their headers are read by then, and what is whole is answered.
            await Task.Delay(100);
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(http, "settle", "{}"u8.ToArray())).Status);
            foreach (TcpClient client in slow)
            {
                using StreamReader reader = new(client.GetStream(), Encoding.ASCII);
                Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)));
            }
        }
        finally
        {
            slow.ForEach(static client => client.Dispose());
        }
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task Case_18_chain_that_does_not_answer_is_503_and_no_verdict()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain, rpc: new Uri("http://127.0.0.1:1/"));
        await using FacilitatorHost host = await StartAsync(desk, new FacilitatorHostOptions());
        using HttpClient http = RemoteFacilitator.CreateHttpClient();
        using TestPayer payer = new();
        PaymentRequirements offer = TestPayer.Offer();
        RemoteFacilitator facilitator = new(http, host.Address, null, TimeProvider.System);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await facilitator.VerifyAsync(payer.Pay(offer), offer, default)).Outcome);
        Assert.Equal(FacilitatorOutcome.Unavailable, (await facilitator.SettleAsync(payer.Pay(offer), offer, offer.Amount, default)).Outcome);
    }

    private static byte[] Body(PaymentPayload payment, PaymentRequirements offer) =>
        new FacilitatorRequest(payment, offer, offer.Amount).Write(new PaymentResource("https://shop.example/thing", "", ""));

    private static Task<FacilitatorHost> StartAsync(Desk desk, FacilitatorHostOptions options) =>
        FacilitatorHost.StartAsync(options with { Url = "http://127.0.0.1:0" }, desk.Facilitator, default);

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(HttpClient http, string path, byte[] body)
    {
        using ByteArrayContent content = new(body);
        using HttpResponseMessage response = await http.PostAsync(path, content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
