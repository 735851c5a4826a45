using System.Diagnostics;
using System.Text.Json;
using Assay.Chain;
using Assay.Client;
using Assay.Evm;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Cli.Tests.Paying;

/// <summary><c>assay wallet</c> and <c>assay infer --pay</c>, as somebody uses them.</summary>
[Collection(PaidNodeFixture.Name)]
public sealed class InferPayTests(PaidNodeFixture paid) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-infer-pay-").FullName;

    private string Wallet => Path.Combine(_folder, "wallet.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [OracleFact(Oracle.LocalChain)]
    public async Task AWalletPays_WithinItsLimits_AndTheChainSaysSo()
    {
        using JsonDocument made = JsonDocument.Parse((await RunAsync(0, "wallet", "new", Wallet, "--json")).Output);
        Assert.True(EvmAddress.TryParse(made.RootElement.GetProperty("address").GetString(), out EvmAddress payer));
        await paid.Chain.SetTokensAsync(payer, 10_000);

        CliRunner.Result refused = await InferAsync(3, "--max-price", "0.0009", "--json");
        Assert.Contains("\"pay/over-limit\"", refused.Output, StringComparison.Ordinal);
        Assert.Equal(10_000, await paid.Chain.TokensOfAsync(payer));

        CliRunner.Result words = await InferAsync(0);
        Assert.Contains("paying   0.001 USDC to 0x", words.Output, StringComparison.Ordinal);
        Assert.Contains("paid     0.001 USDC, transaction 0x", words.Output, StringComparison.Ordinal);
        Assert.Equal(9_000, await paid.Chain.TokensOfAsync(payer));

        string answer = Path.Combine(_folder, "answer");
        CliRunner.Result verified = await CliRunner.RunAsync("verify", Path.Combine(answer, "answer.receipt"), "--trust", Path.Combine(answer, "trust.txt"), "--chain", $"eip155:{LocalChain.ChainId}={paid.Chain.Url}", "--json");
        using JsonDocument verdict = JsonDocument.Parse(verified.Output);
        Assert.Equal("established", verdict.RootElement.GetProperty("questions").EnumerateArray().Single(static question => question.GetProperty("question").GetString() == "paid").GetProperty("status").GetString());

        Directory.Delete(answer, recursive: true);
        using JsonDocument again = JsonDocument.Parse((await InferAsync(0, "--json")).Output);
        JsonElement payment = again.RootElement.GetProperty("payments").EnumerateArray().Single();
        Assert.Equal(("1000", "signed"), (payment.GetProperty("charged").GetString(), payment.GetProperty("level").GetString()));
        Assert.Equal(JsonValueKind.Null, payment.GetProperty("problem").ValueKind);

        using JsonDocument listed = JsonDocument.Parse((await RunAsync(0, "wallet", "payments", Wallet, "--json")).Output);
        Assert.Equal(["answered", "answered"], listed.RootElement.GetProperty("payments").EnumerateArray().Select(static one => one.GetProperty("state").GetString()));
        Assert.Equal(8_000, await paid.Chain.TokensOfAsync(payer));
    }

    [OracleFact(Oracle.LocalChain)]
    public async Task AReceiptOfAnotherPayment_IsNoticed()
    {
        using EvmAccount account = EvmAccount.Generate();
        await paid.Chain.SetTokensAsync(account.Address, 10_000);
        using PaymentLedger ledger = PaymentLedger.Open(Path.Combine(_folder, "payments"));
        PaymentPolicy policy = new() { Tokens = [AllowedToken.UsdcOnBaseSepolia with { PerPayment = 1_000, PerDay = 10_000 }] };
        BundleSwap swap = new();
        using HttpClient http = new(new PaymentHandler(swap, account, policy, ledger, TimeProvider.System));
        AssayClient client = new(http, paid.Node.Host.Address, TimeProvider.System);
        Answer first = await client.AskAsync("digits", [paid.Node.Digits.Input(1)], VerificationLevel.Signed, default);
        Assert.NotNull(first.Payment);
        Assert.Null(first.Payment.Problem);

        swap.Bundle = first.Bundle;
        Answer second = await client.AskAsync("digits", [paid.Node.Digits.Input(2)], VerificationLevel.Signed, default);
        Assert.Equal(PayErrors.ReceiptDiffers, second.Payment?.Problem);
    }

    private Task<CliRunner.Result> InferAsync(int exit, params string[] more) => RunAsync(exit, [
        "infer", "digits@signed", "--input", Path.Combine(CommandFixture.Models, "digits", "test_inputs.npy"), "--row", "3", "--node", paid.Node.Host.Address.ToString(),
        "--first-use", "--out", Path.Combine(_folder, "answer"), "--pay", Wallet, .. more]);

    private static async Task<CliRunner.Result> RunAsync(int exit, params string[] arguments)
    {
        ProcessStartInfo start = CliRunner.StartInfo(arguments);
        start.Environment["ASSAY_WALLET_PASSPHRASE"] = "of a test";
        CliRunner.Result result = await CliRunner.ProcessAsync(start);
        Assert.True(result.ExitCode == exit, $"{string.Join(' ', arguments)}: {result.ExitCode}\n{result.Error}{result.Output}");
        return result;
    }

    /// <summary>A node that hands out another receipt than the answer's.</summary>
    private sealed class BundleSwap() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        internal byte[]? Bundle { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Bundle is { } other && request.RequestUri!.AbsolutePath.EndsWith("/bundle", StringComparison.Ordinal)
                ? Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(other) })
                : base.SendAsync(request, cancellationToken);
    }
}
