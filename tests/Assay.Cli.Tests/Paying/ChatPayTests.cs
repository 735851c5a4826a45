using System.Diagnostics;
using System.Text.Json;
using Assay.Chain;
using Assay.Cli.Tests.Proxying;
using Assay.Evm;
using Assay.Testing;

namespace Assay.Cli.Tests.Paying;

/// <summary><c>assay chat --pay</c> and <c>assay proxy --pay</c>, against a node that sells a real language model's answers on a local chain.</summary>
[Collection(PaidNodeFixture.Name)]
public sealed class ChatPayTests(PaidNodeFixture paid) : IDisposable
{
    private const string Passphrase = "of a test";

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-chat-pay-").FullName;

    private string Wallet => Path.Combine(_folder, "wallet.json");

    private string Saved => Path.Combine(_folder, "saved");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [OracleFact(Oracle.X402WithLlama)]
    public async Task AConversation_IsPaidTurnByTurn_WithinItsLimits()
    {
        EvmAddress payer = await NewWalletAsync();
        CliRunner.Result refused = await ChatAsync("--max-price", "0.0009");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("pay/over-limit", refused.Output + refused.Error, StringComparison.Ordinal);
        Assert.Equal(10_000, await paid.Chain.TokensOfAsync(payer));

        CliRunner.Result answered = await ChatAsync("--save", Saved);
        Assert.True(answered.ExitCode == 0, answered.Output + answered.Error);
        Assert.Contains("paying   0.001 USDC to 0x", answered.Error, StringComparison.Ordinal);
        Assert.Contains("paid 0.001 USDC, transaction 0x", answered.Error + answered.Output, StringComparison.Ordinal);
        Assert.Equal(9_000, await paid.Chain.TokensOfAsync(payer));

        // What was kept says so offline, with the chain's word.
        string receipt = Assert.Single(Directory.GetFiles(Saved, "*.receipt", SearchOption.AllDirectories));
        CliRunner.Result verified = await CliRunner.RunAsync("verify", receipt, "--first-use", "--chain", $"eip155:{LocalChain.ChainId}={paid.Chain.Url}", "--json");
        using JsonDocument verdict = JsonDocument.Parse(verified.Output);
        Assert.Equal("established", verdict.RootElement.GetProperty("questions").EnumerateArray().Single(static question => question.GetProperty("question").GetString() == "paid").GetProperty("status").GetString());
    }

    [OracleFact(Oracle.X402WithLlama)]
    public async Task AToolBehindAProxy_NeedntKnowThatItIsPaidFor()
    {
        EvmAddress payer = await NewWalletAsync();
        await using CliProxy proxy = await CliProxy.StartAsync(paid.Node.Host.Address, "", new Dictionary<string, string> { ["ASSAY_WALLET_PASSPHRASE"] = Passphrase }, "--pay", Wallet, "--max-per-day", "0.002");
        foreach (bool streamed in new[] { false, true })
        {
            using HttpResponseMessage response = await AskAsync(proxy, streamed);
            string body = await response.Content.ReadAsStringAsync();
            Assert.True(response.IsSuccessStatusCode, body);
            Assert.Contains(streamed ? "data: [DONE]" : "\"finish_reason\"", body, StringComparison.Ordinal);
        }

        Assert.Equal(8_000, await paid.Chain.TokensOfAsync(payer));
        Assert.Contains("paid 0.001 USDC, transaction 0x", await proxy.LoggedAsync("checked"), StringComparison.Ordinal);

        // The day's limit.
        using HttpResponseMessage third = await AskAsync(proxy, streamed: false);
        using JsonDocument error = JsonDocument.Parse(await third.Content.ReadAsStringAsync());
        Assert.StartsWith("pay/", error.RootElement.GetProperty("error").GetProperty("code").GetString(), StringComparison.Ordinal);
        Assert.Equal(8_000, await paid.Chain.TokensOfAsync(payer));
    }

    private static Task<HttpResponseMessage> AskAsync(CliProxy proxy, bool streamed)
    {
        string body = $$"""{"model":"{{PaidNodeFixture.ChatName}}","messages":[{"role":"user","content":"And God said"}],"max_tokens":16,"stream":{{(streamed ? "true" : "false")}}}""";
        return proxy.Http.PostAsync(new Uri(proxy.Address, "/v1/chat/completions"), new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
    }

    private async Task<EvmAddress> NewWalletAsync()
    {
        using JsonDocument made = JsonDocument.Parse((await RunAsync("wallet", "new", Wallet, "--json")).Output);
        Assert.True(EvmAddress.TryParse(made.RootElement.GetProperty("address").GetString(), out EvmAddress payer));
        await paid.Chain.SetTokensAsync(payer, 10_000);
        return payer;
    }

    private Task<CliRunner.Result> ChatAsync(params string[] more) => RunAsync([
        "chat", PaidNodeFixture.ChatName, "--node", paid.Node.Host.Address.ToString(), "--level", "signed", "--first-use", "--once", "And God said", "--max-tokens", "16", "--pay", Wallet, .. more]);

    private static Task<CliRunner.Result> RunAsync(params string[] arguments)
    {
        ProcessStartInfo start = CliRunner.StartInfo(arguments);
        start.Environment["ASSAY_WALLET_PASSPHRASE"] = Passphrase;
        return CliRunner.ProcessAsync(start);
    }
}
