using System.Text.Json;
using Assay.Chain;
using Assay.Payments;
using Assay.Testing;

namespace Assay.Facilitator.Tests;

/// <summary>x402's own packages, unmodified: their facilitator for us, and ours for their server.</summary>
[Collection(ChainTests.Name)]
public sealed class OfficialTests(LocalChainFixture fixture)
{
    private const string Token = "a token of this test";

    [OracleFact(Oracle.X402)]
    public async Task Official_facilitator_checks_and_settles_by_each_method()
    {
        await using OracleProcess process = OracleProcess.Start("x402/facilitator.mjs", JsonSerializer.Serialize(new { rpc = fixture.Chain.Url, key = "0x" + LocalChain.DevelopmentKeys[5] }));
        using HttpClient http = RemoteFacilitator.CreateHttpClient();
        Uri address = new(await process.ReadLineAsync());
        RemoteFacilitator facilitator = new(http, address, null, TimeProvider.System);
        IReadOnlyList<SupportedKind> kinds = (await facilitator.SupportedAsync(default))!;
        SupportedKind upto = Assert.Single(kinds, static kind => kind is { Version: 2, Scheme: "upto", Network: "eip155:84532" });
        Assert.Contains(kinds, static kind => kind is { Version: 2, Scheme: "exact", Network: "eip155:84532" });
        Assert.Contains(kinds, static kind => kind is { Version: 1, Scheme: "exact", Network: "base-sepolia" });

        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain);
        foreach (TransferMethod method in Enum.GetValues<TransferMethod>())
        {
            PaymentRequirements offer = TestPayer.Offer(method, facilitator: method == TransferMethod.Permit2Upto ? upto.Facilitator : null);
            PaymentPayload payment = payer.Pay(offer);
            int amount = method == TransferMethod.Permit2Upto ? 700 : 1000;
            Assert.Equal(new VerifyReply(FacilitatorOutcome.Accepted, null, null, payer.Address), await facilitator.VerifyAsync(payment, offer, default));
            SettleReply reply = await facilitator.SettleAsync(payment, offer, amount, default);
            Assert.Equal(FacilitatorOutcome.Accepted, reply.Outcome);
            Assert.NotNull(reply.Transaction);
            Assert.Equal(amount, await fixture.Chain.TokensOfAsync(offer.PayTo));

            // It says no to the second, without a transaction: by the chain we know that it is the same payment.
            Assert.Equal(FacilitatorOutcome.Refused, (await facilitator.VerifyAsync(payment, offer, default)).Outcome);
            using HttpClient rpc = new();
            RemoteFacilitator looking = new(http, address, null, TimeProvider.System, new ChainClient(rpc, fixture.Chain.Url));
            SettleReply again = await looking.SettleAsync(payment, offer, amount, default);
            Assert.Equal((FacilitatorOutcome.Accepted, reply.Transaction), (again.Outcome, again.Transaction));
            Assert.Equal(amount, await fixture.Chain.TokensOfAsync(offer.PayTo));
        }
    }

    [OracleFact(Oracle.X402)]
    public async Task Official_server_and_client_settle_by_our_facilitator()
    {
        await using Desk desk = await Desk.OpenAsync(fixture.Chain);
        await using FacilitatorHost host = await FacilitatorHost.StartAsync(new FacilitatorHostOptions { Url = "http://127.0.0.1:0", Token = Token }, desk.Facilitator, default);
        using TestPayer payer = await TestPayer.CreateAsync(fixture.Chain, allow: false);
        PaymentRequirements payee = TestPayer.Offer();
        await using OracleProcess process = OracleProcess.Start("x402/asks-facilitator.mjs", JsonSerializer.Serialize(new
        {
            facilitator = host.Address.AbsoluteUri.TrimEnd('/'),
            token = Token,
            rpc = fixture.Chain.Url,
            payTo = payee.PayTo.ToString(),
            key = "0x" + Convert.ToHexStringLower(payer.Account.ExportPrivateKey()),
        }));
        foreach ((string body, int amount) in new[] { ("one", 10_000), ("two", 20_000), ("three", 22_350) })
        {
            string line = await process.ReadLineAsync();
            using JsonDocument json = JsonDocument.Parse(line);
            Assert.True(json.RootElement.GetProperty("status").GetInt32() == 200, line);
            Assert.Equal(body, json.RootElement.GetProperty("body").GetString());
            Assert.True(json.RootElement.GetProperty("settled").GetProperty("success").GetBoolean());
            Assert.Equal(amount, await fixture.Chain.TokensOfAsync(payee.PayTo));
        }
    }
}
