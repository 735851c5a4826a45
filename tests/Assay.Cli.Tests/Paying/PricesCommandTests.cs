namespace Assay.Cli.Tests.Paying;

/// <summary>What operators do about payments: price files and balances.</summary>
public sealed class PricesCommandTests
{
    private const string Prices = """
        {"profile":"assay/prices/v1","network":"eip155:84532","rpc":"http://127.0.0.1:9","payTo":"0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC",
         "token":{"address":"0x036CbD53842c5426634e7929541eC2318f3dCF7e","name":"USDC","version":"2","decimals":6,"currency":"USD"},
         "facilitator":{"keyVariable":"NOBODYS_KEY"},
         "models":{"risk":{"pay":["x402"],"recommended":"signed","levels":{"signed":{"perRequest":"0.001"},"replay":{"perRequest":"0.002"}}}}}
        """;

    [Fact]
    public async Task PricesAndBalances_AreCheckedAndShown()
    {
        string folder = Directory.CreateTempSubdirectory("assay-prices-").FullName;
        try
        {
            string file = Path.Combine(folder, "prices.json");
            await CliRunner.RunAsync(["model", "add", Path.Combine(Testing.Oracles.RepositoryRoot, "models", "risk"), "--folder", folder]);
            await File.WriteAllTextAsync(file, Prices);
            CliRunner.Result shown = await CliRunner.ProcessAsync(["prices", "check", file, "--folder", folder]);
            Assert.True(shown.ExitCode == 0, shown.Error);
            Assert.Contains("0.002 a request", shown.Output, StringComparison.Ordinal);

            // All problems at once; a node doesn't start with them.
            await File.WriteAllTextAsync(file, Prices.Replace("\"0.002\"", "\"0.001\"", StringComparison.Ordinal).Replace("\"risk\":", "\"*\":", StringComparison.Ordinal));
            shown = await CliRunner.RunAsync(["serve", "--prices", file, "--folder", folder, "--url", "http://127.0.0.1:0"]);
            Assert.NotEqual(0, shown.ExitCode);
            Assert.Contains("cost the same", shown.Error + shown.Output, StringComparison.Ordinal);

            await CliRunner.RunAsync(["key", "credit", "shop", "2.5", "--folder", folder]);
            Assert.NotEqual(0, (await CliRunner.RunAsync(["key", "credit", "shop", "3", "--take", "--folder", folder])).ExitCode);
            Assert.Contains("2.5 USD", (await CliRunner.RunAsync(["key", "balance", "--folder", folder])).Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
