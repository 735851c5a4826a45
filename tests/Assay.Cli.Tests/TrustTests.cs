using System.Text.Json;

namespace Assay.Cli.Tests;

/// <summary><c>assay trust</c>, as a person uses it. Needs no node.</summary>
public sealed class TrustTests : IDisposable
{
    private const string Node = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Log = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-trust-").FullName;

    // A witness's key out of the vectors that all readers of trust files are held to.
    private static string Witness { get; } = VectorText("one-witness").Split(' ', '\n')[2];

    private string Trust => Path.Combine(_folder, "trust.txt");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Add_MakesTheFileAndSaysWhatItAdded()
    {
        CliRunner.Result added = await CliRunner.ProcessAsync("trust", "add", "node", Node, "--trust", Trust);
        Assert.True(added.ExitCode == 0, added.Error);
        Assert.Contains("receipts of this key set count", added.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("add", "log", Log, "https://log.example/", "--trust", Trust)).ExitCode);
        Assert.Equal(0, (await RunAsync("add", "witness", "w1", Witness, "--quorum", "w1", "--trust", Trust)).ExitCode);
        Assert.Equal(0, (await RunAsync("add", "revoked", Node, "2026-11-21T12:00:00Z", "--trust", Trust)).ExitCode);

        Assert.Equal($"node {Node}\nlog {Log} https://log.example/\nwitness w1 {Witness}\nquorum w1\nrevoked {Node} 2026-11-21T12:00:00Z\n", await File.ReadAllTextAsync(Trust));
        CliRunner.Result shown = await RunAsync("show", "--trust", Trust);
        Assert.Contains("only if its checkpoint was cosigned by w1", shown.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await RunAsync("show", "--trust", Trust, "--json")).Output);
        Assert.Equal(5, json.RootElement.GetProperty("statements").GetArrayLength());
        Assert.Equal([Trust], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Add_WhatIsNoGood_ChangesNothing()
    {
        await File.WriteAllTextAsync(Trust, $"node {Node}");
        (string[] Words, string Code, string Nearest)[] cases =
        [
            (["node", Node], "trust/repeated", "Leave one"),
            (["node", Node.ToUpperInvariant()], "trust/node-digest", "In lower case: " + Node),
            (["witness", "w1", Witness], "trust/no-quorum", "--quorum"),
            (["witness", "w1", Log], "trust/witness-key", "That is a log's key"),
            (["log", Witness], "trust/log-key", "That is a witness's key"),
            (["revoked", Node, "2026-11-21T13:00:00+01:00"], "trust/time", "2026-11-21T12:00:00Z"),
            (["Node", Node], "trust/unknown-kind", "'node'"),
            (["# nothing"], "usage", "one"),
        ];
        foreach ((string[] words, string code, string nearest) in cases)
        {
            CliRunner.Result result = await RunAsync(["add", .. words, "--trust", Trust]);
            Assert.Equal(4, result.ExitCode);
            Assert.Contains(code, result.Error, StringComparison.Ordinal);
            Assert.Contains(nearest, result.Error, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal($"node {Node}", await File.ReadAllTextAsync(Trust));
        await File.WriteAllTextAsync(Trust + ".new", "");
        Assert.Contains("file/busy", (await RunAsync("add", "log", Log, "--trust", Trust)).Error, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("show")).ExitCode);
    }

    [Fact]
    public async Task Diff_SaysInWordsWhatChanges()
    {
        string other = Path.Combine(_folder, "other.txt");
        await File.WriteAllTextAsync(Trust, VectorText("c2sp-example"));
        await File.WriteAllTextAsync(other, VectorText("c2sp-example").Replace("X-witnesses 2", "X-witnesses 1", StringComparison.Ordinal) + $"node {Node}\n");
        CliRunner.Result diff = await RunAsync("diff", Trust, other);
        Assert.Equal(0, diff.ExitCode);
        Assert.Contains($"+ from now on node {Node}", diff.Output, StringComparison.Ordinal);
        Assert.Contains("- no longer quorum X-and-Y", diff.Output, StringComparison.Ordinal);
        Assert.Contains("cosigned by all of (2 of (w1, w2, w3), 1 of (w4, w5, w6))", diff.Output, StringComparison.Ordinal);
        Assert.Contains("cosigned by all of (1 of (w1, w2, w3), 1 of (w4, w5, w6))", diff.Output, StringComparison.Ordinal);
        Assert.Contains("the same", (await RunAsync("diff", Trust, Trust)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NamesEveryBadLineAndWhatWouldWork()
    {
        await File.WriteAllTextAsync(Trust, $"node {Node}\nwitnes w1 {Witness}\n\nnode {Node}\nquorum w1\n");
        CliRunner.Result result = await RunAsync("check", Trust);
        Assert.Equal(3, result.ExitCode);
        foreach (string words in new[] { "line 2: ", "trust/unknown-kind", "Did you mean 'witness'?", "line 4: ", "trust/repeated", "line 5: ", "trust/undefined" })
        {
            Assert.Contains(words, result.Output, StringComparison.Ordinal);
        }

        using JsonDocument json = JsonDocument.Parse((await RunAsync("check", Trust, "--json")).Output);
        Assert.Equal([2, 4, 5], json.RootElement.GetProperty("problems").EnumerateArray().Select(static p => p.GetProperty("line").GetInt32()));
        await File.WriteAllTextAsync(Trust, VectorText("c2sp-example"));
        Assert.Equal(0, (await RunAsync("check", Trust)).ExitCode);
    }

    private static string VectorText(string name)
    {
        using JsonDocument vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Testing.Oracles.RepositoryRoot, "spec", "vectors", "trust", "files.json")));
        return vectors.RootElement.GetProperty("vectors").EnumerateArray().First(v => v.GetProperty("name").GetString() == name).GetProperty("text").GetString()!;
    }

    private static Task<CliRunner.Result> RunAsync(params string[] arguments) => CliRunner.RunAsync(["trust", .. arguments]);
}
