using System.Text.Json;
using Assay.Testing;

namespace Assay.Cli.Tests.Paying;

/// <summary>The demo of paying, as a newcomer runs it.</summary>
public sealed class PayDemoTests
{
    [OracleFact(Oracle.LocalChain)]
    public async Task TheDemo_PaysForEachLevel_AndRefusesEachCheat()
    {
        string folder = Path.Combine(Path.GetTempPath(), "assay-pay-demo-" + Path.GetRandomFileName());
        try
        {
            CliRunner.Result result = await CliRunner.ProcessAsync(["demo", "--pay", "--out", folder, "--json"]);
            Assert.True(result.ExitCode == 0, result.Error + result.Output);
            using JsonDocument json = JsonDocument.Parse(result.Output);
            Assert.Equal(0, json.RootElement.GetProperty("surprises").GetInt32());
            Assert.Equal(
                [("signed", "1000"), ("replay", "2000"), ("tee", "3000"), ("zk", "10000"), ("tee+zk", "13000")],
                json.RootElement.GetProperty("payments").EnumerateArray().Select(static paid => (paid.GetProperty("level").GetString()!, paid.GetProperty("amount").GetString()!)));
            Assert.All(json.RootElement.GetProperty("payments").EnumerateArray(), static paid => Assert.Equal("established", paid.GetProperty("paid").GetString()));
            Assert.Equal(3, json.RootElement.GetProperty("cheats").GetArrayLength());
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    [Fact]
    public async Task WithoutAChain_ItSaysWhatIsMissing_AndWhatItWouldShow()
    {
        System.Diagnostics.ProcessStartInfo start = CliRunner.StartInfo(["demo", "--pay"]);
        start.Environment["ASSAY_ANVIL"] = "/nowhere/anvil";
        CliRunner.Result result = await CliRunner.ProcessAsync(start);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("eng/chain.sh", result.Error, StringComparison.Ordinal);
        Assert.Contains("balances before and after", result.Error, StringComparison.Ordinal);
    }
}
