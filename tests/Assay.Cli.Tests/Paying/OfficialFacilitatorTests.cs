using System.Numerics;
using System.Text;
using System.Text.Json;
using Assay.Chain;
using Assay.Cli.Demo;
using Assay.Client;
using Assay.Evm;
using Assay.Facilitator;
using Assay.Node;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Node.Tests.Paying;
using Assay.Payments;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Cli.Tests.Paying;

/// <summary>x402's official facilitator, as it is, settles for our node; x402's official client pays it, and the receipts verify with the chain.</summary>
[Collection(PaidNodeFixture.Name)]
public sealed class OfficialFacilitatorTests(PaidNodeFixture paid)
{
    private const string Origin = "localhost/assay";

    [OracleFact(Oracle.X402)]
    public async Task TheOfficialFacilitator_SettlesForOurNode()
    {
        using PaidServer server = new("digits");
        using EvmAccount payer = EvmAccount.Generate();
        await paid.Chain.SetTokensAsync(payer.Address, 100_000);
        await paid.Chain.AllowPermit2Async(payer.Address, EvmAmount.Max);
        await using OracleProcess official = await StartFacilitatorAsync();
        NodeIdentity identity = NodeIdentity.OpenOrCreate(server.Folder, Origin, TimeProvider.System.GetUtcNow());
        string trust = Path.Combine(server.Folder, "trust.txt");
        await File.WriteAllTextAsync(trust, identity.TrustText);
        NodeOptions options = new() { Folder = server.Folder, Url = "http://127.0.0.1:0", Origin = Origin, PriceFile = await server.PriceAsync(new Uri(await official.ReadLineAsync())) };
        DemoModel digits = paid.Node.Digits;
        await using NodeHost node = await NodeHost.StartAsync(options, identity, new ModelCatalog([digits.Serve(digits.Exact)]), TimeProvider.System, default);
        string key = Key(payer), path = "/v2/models/digits/infer", body = Encoding.UTF8.GetString(AssayClient.FormatRequest([digits.Input(7)], VerificationLevel.Signed));
        object[] cases =
        [
            new { name = "exact by EIP-3009", client = "fetch", key, path, body },
            new { name = "exact by Permit2", client = "fetch", key, path, body, pick = new { method = "permit2" } },
            new { name = "upto", client = "fetch", key, path, body, pick = new { scheme = "upto", method = "permit2" } },
        ];
        await using OracleProcess client = OracleProcess.Start("x402/clients.mjs", JsonSerializer.Serialize(new { url = node.Address.ToString().TrimEnd('/'), rpc = paid.Chain.Url, cases }));
        BigInteger all = 0;
        for (int i = 0; i < cases.Length; i++)
        {
            string line = await client.ReadLineAsync();
            using JsonDocument json = JsonDocument.Parse(line);
            Assert.True(json.RootElement.TryGetProperty("status", out JsonElement status) && status.GetInt32() == 200, line);
            SettlementResponse settled = SettlementResponse.TryRead(Encoding.UTF8.GetBytes(json.RootElement.GetProperty("settled").GetRawText()))!;
            Assert.True(settled.Success, line);
            Assert.True(i < 2 ? settled.Amount == 1_000 : settled.Amount > 0 && settled.Amount < 20_000, line);
            all += settled.Amount!.Value;
            Assert.True(ReceiptId.TryParse(json.RootElement.GetProperty("receipt").GetString()!, out ReceiptId id));
            await VerifyAsync(node, id, json.RootElement.GetProperty("secret").GetString()!, settled, trust);
        }

        Assert.Equal(all, await paid.Chain.TokensOfAsync(server.PayTo));
    }

    // It tells nobody twice that it settled: what a server wasn't told before it was killed, the chain tells the next one.
    [DeepFact(Oracle.X402)]
    public async Task WhatTheOfficialFacilitatorSettled_IsFoundByTheServerAfterAKill()
    {
        using PaidServer server = new("risk");
        await server.AddModelAsync();
        await using OracleProcess official = await StartFacilitatorAsync();
        Uri address = new(await official.ReadLineAsync());
        using HttpClient http = RemoteFacilitator.CreateHttpClient();
        await using HttpFacilitator between = await HttpFacilitator.StartAsync(new RemoteFacilitator(http, address, null, TimeProvider.System));
        using Payer payer = new();
        await paid.Chain.SetTokensAsync(payer.Address, 1_000);
        byte[] body = CliNode.RiskRequest();
        string payment;
        await using (CliNode node = await server.StartAsync(between.Address, paid.Chain.Url))
        {
            payment = await server.PayAsync(node, body, payer);
            Task<string> settled = between.KeepSilent();
            Task<HttpResponseMessage> lost = server.SendAsync(node, body, payment);
            await settled.WaitAsync(TimeSpan.FromMinutes(1));
            node.Kill();
            await Assert.ThrowsAsync<HttpRequestException>(() => lost);
        }

        Assert.Equal(1_000, await paid.Chain.TokensOfAsync(server.PayTo));
        await using CliNode again = await server.StartAsync(address, paid.Chain.Url);
        using HttpResponseMessage response = await server.SendAsync(again, body, payment);
        Assert.NotNull((await PaidServer.SettledAsync(response)).Transaction);
        Assert.Equal((1_000, 0), (await paid.Chain.TokensOfAsync(server.PayTo), await paid.Chain.TokensOfAsync(payer.Address)));
    }

    private async Task<OracleProcess> StartFacilitatorAsync()
    {
        using EvmAccount settler = EvmAccount.Generate();
        await paid.Chain.SetCoinsAsync(settler.Address, BigInteger.Pow(10, 18));
        return OracleProcess.Start("x402/facilitator.mjs", JsonSerializer.Serialize(new { rpc = paid.Chain.Url, key = Key(settler) }));
    }

    private async Task VerifyAsync(NodeHost node, ReceiptId id, string secret, SettlementResponse settled, string trust)
    {
        using HttpClient http = new();
        string receipt = Path.ChangeExtension(trust, ".receipt");
        await File.WriteAllBytesAsync(receipt, await new AssayClient(http, node.Address, TimeProvider.System).GetBundleAsync(id, secret, default));
        CliRunner.Result verified = await CliRunner.RunAsync(["verify", receipt, "--trust", trust, "--chain", $"eip155:{LocalChain.ChainId}={paid.Chain.Url}", "--json"]);
        Assert.True(verified.ExitCode == 0, verified.Error + verified.Output);
        using JsonDocument verdict = JsonDocument.Parse(verified.Output);
        JsonElement question = verdict.RootElement.GetProperty("questions").EnumerateArray().Single(static one => one.GetProperty("question").GetString() == "paid");
        Assert.Equal(("established", "settlement"), (question.GetProperty("status").GetString(), question.GetProperty("by").GetString()));
        JsonElement payment = verdict.RootElement.GetProperty("receipt").GetProperty("payment");
        Assert.Equal("0x" + settled.Transaction, payment.GetProperty("transaction").GetString());
        Assert.Contains($"\"{settled.Amount}\"", payment.GetRawText(), StringComparison.Ordinal);
    }

    private static string Key(EvmAccount account) => "0x" + Convert.ToHexStringLower(account.ExportPrivateKey());
}
