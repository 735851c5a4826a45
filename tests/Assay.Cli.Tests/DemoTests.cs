using System.Text.Json;

namespace Assay.Cli.Tests;

/// <summary>The README's first command.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task TheDemo_CatchesEveryLie_AndEverythingElseHolds()
    {
        string folder = Path.Combine(Path.GetTempPath(), "assay-demo-test-" + Path.GetRandomFileName());
        try
        {
            CliRunner.Result result = await CliRunner.ProcessAsync(["demo", "--out", folder, "--json"]);
            Assert.True(result.ExitCode == 0, result.Error + result.Output);
            using JsonDocument json = JsonDocument.Parse(result.Output);
            Assert.Equal(0, json.RootElement.GetProperty("surprises").GetInt32());
            JsonElement[] lies = [.. json.RootElement.GetProperty("lies").EnumerateArray()];
            Assert.Equal(7, lies.Length);
            Assert.All(lies, static lie => Assert.True(lie.GetProperty("caught").GetBoolean()));
            string[] by = [.. lies.Select(static l => l.GetProperty("by").GetString()!)];
            Assert.Contains("replay/output", by[0], StringComparison.Ordinal);
            Assert.Contains("request/wire", by[1], StringComparison.Ordinal);
            Assert.Contains("response/wire", by[2], StringComparison.Ordinal);
            Assert.Contains("claims/root", by[3], StringComparison.Ordinal);
            Assert.Contains("keyset/trusted", by[4], StringComparison.Ordinal);
            Assert.Contains("proof/output", by[5], StringComparison.Ordinal);
            Assert.Contains("tee/appraised (tee/not-accepted)", by[6], StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
