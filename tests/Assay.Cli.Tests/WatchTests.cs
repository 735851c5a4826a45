using System.Text.Json;
using Assay.Client;

namespace Assay.Cli.Tests;

/// <summary><c>assay log watch</c> against a real node, and against one whose database was rolled back.</summary>
public sealed class WatchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-watch-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ARollback_GivesNumbersTwice_AndTheFileProvesIt()
    {
        string node = Path.Combine(_folder, "node");
        string receipts = Directory.CreateDirectory(Path.Combine(_folder, "receipts")).FullName;
        Assert.Equal(0, (await CliRunner.RunAsync(["model", "add", Path.Combine(CommandFixture.Models, "risk"), "--folder", node])).ExitCode);
        await AskAsync(node, receipts, "a", 2);
        CliRunner.Result complete = await WatchAsync(receipts);
        Assert.True(complete.ExitCode == 0, complete.Output + complete.Error);
        File.Delete(Path.Combine(receipts, "a0.receipt"));
        CliRunner.Result gap = await WatchAsync(receipts);
        Assert.Equal(2, gap.ExitCode);
        Assert.Contains("counter/missing: no receipt here has counter 1", gap.Output, StringComparison.Ordinal);

        // The operator forgets what it gave, and keeps its keys.
        Directory.Delete(Path.Combine(node, "log"), recursive: true);
        await AskAsync(node, receipts, "b", 2);
        CliRunner.Result twice = await WatchAsync(receipts, "--evidence", _folder, "--json");
        Assert.Equal(1, twice.ExitCode);
        using JsonDocument report = JsonDocument.Parse(twice.Output);
        Assert.Equal("evidence", report.RootElement.GetProperty("outcome").GetString());
        string file = report.RootElement.GetProperty("evidence")[0].GetString()!;
        CliRunner.Result explained = await CliRunner.RunAsync(["explain", file]);
        Assert.Equal(0, explained.ExitCode);
        Assert.Contains("proven", explained.Output, StringComparison.Ordinal);
        Assert.Equal(2, explained.Output.Split("counter 2 of key 'anonymous'").Length - 1);
    }

    [Fact]
    public async Task NothingToWatch_CannotBeEvaluated()
    {
        Assert.Equal(3, (await WatchAsync(_folder)).ExitCode);
        Assert.Equal(4, (await WatchAsync(_folder, "--id", "00")).ExitCode);
        await File.WriteAllTextAsync(Path.Combine(_folder, "x.receipt"), "no");
        Assert.Equal(3, (await WatchAsync(_folder)).ExitCode);
    }

    private static Task<CliRunner.Result> WatchAsync(string receipts, params string[] more) => CliRunner.RunAsync(["log", "watch", receipts, "--key", "anonymous", .. more]);

    private static async Task AskAsync(string folder, string receipts, string name, int count)
    {
        await using CliNode node = await CliNode.StartAsync(folder);
        for (int i = 0; i < count; i++)
        {
            Answer answer = await node.Client.AskAsync("risk", CliNode.RiskRequest(), CancellationToken.None);
            await File.WriteAllBytesAsync(Path.Combine(receipts, $"{name}{i}.receipt"), answer.Bundle);
        }

        CliRunner.Result live = await WatchAsync(receipts, "--node", node.Address.ToString());
        Assert.Contains($"the node says the last is {count}", live.Output, StringComparison.Ordinal);
    }
}
