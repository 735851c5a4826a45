using System.Text.Json;
using Assay.Testing;

namespace Assay.Cli.Tests;

/// <summary>An ONNX file served as it is, from adding it to a verified answer.</summary>
public sealed class FloatTests : IDisposable
{
    private static readonly string Tiny = Path.Combine(Oracles.RepositoryRoot, "tests", "Assay.OnnxRuntime.Tests", "Fixtures", "tiny.onnx");
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-float-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Node => Path.Combine(_folder, "node");

    [OracleFact(Oracle.OnnxRuntime)]
    public async Task AddListInspectServeInferVerify()
    {
        CliRunner.Result added = await RunAsync("model", "add", Tiny, "--float", "--name", "adder", "--folder", Node);
        Assert.True(added.ExitCode == 0, added.Error + added.Output);
        Assert.Contains("float", added.Output, StringComparison.Ordinal);
        Assert.Contains("signed only", added.Output, StringComparison.Ordinal);
        using JsonDocument list = JsonDocument.Parse((await RunAsync("model", "list", "--folder", Node, "--json")).Output);
        Assert.Equal("float", list.RootElement.GetProperty("models")[0].GetProperty("kind").GetString());
        using JsonDocument inspected = JsonDocument.Parse((await RunAsync("model", "inspect", "adder", "--folder", Node, "--json")).Output);
        Assert.Equal("float", inspected.RootElement.GetProperty("statement").GetProperty("semantics").GetString());

        await using CliNode node = await CliNode.StartAsync(Node);
        string request = Path.Combine(_folder, "request.json");
        await File.WriteAllTextAsync(request, """{"verification":"signed","inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""");
        CliRunner.Result asked = await RunAsync("infer", "adder", "--input", request, "--node", node.Address.ToString(), "--first-use", "--out", Path.Combine(_folder, "answer"));
        Assert.True(asked.ExitCode == 0, asked.Error + asked.Output);
        Assert.Contains("Running it again can't check it", asked.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("verify --replay", asked.Output, StringComparison.Ordinal);

        string other = Path.Combine(_folder, "other.json");
        await File.WriteAllTextAsync(other, """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""");
        CliRunner.Result refused = await RunAsync("infer", "adder@replay", "--input", other, "--node", node.Address.ToString(), "--first-use", "--out", Path.Combine(_folder, "no-answer"));
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("verification_unsatisfiable", refused.Error + refused.Output, StringComparison.Ordinal);
        CliRunner.Result fetched = await RunAsync("model", "fetch", "adder", "--node", node.Address.ToString(), "--out", Path.Combine(_folder, "program"));
        Assert.Contains("model_not_exact", fetched.Error + fetched.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutTheLibrary_NothingIsStored()
    {
        CliRunner.Result missing = await RunAsync("model", "add", Tiny, "--float", "--onnxruntime", Path.Combine(_folder, "nothing.so"), "--folder", Node);
        Assert.Equal(3, missing.ExitCode);
        Assert.Contains("onnxruntime/not-installed", missing.Error + missing.Output, StringComparison.Ordinal);
        Assert.Contains("eng/onnxruntime.sh", missing.Error + missing.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Node, "models", "models")));
    }

    [Fact]
    public async Task WhatFloatModelsCantHave_IsRefused()
    {
        CliRunner.Result level = await RunAsync("model", "add", Tiny, "--float", "--minimum-level", "replay", "--folder", Node);
        Assert.Equal(3, level.ExitCode);
        Assert.Contains("verification_unsatisfiable", level.Error + level.Output, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("model", "add", Tiny, "--float", "--fidelity", "1%", "--folder", Node)).ExitCode);
        CliRunner.Result exact = await RunAsync("model", "add", Tiny, "--folder", Node);
        Assert.Equal(3, exact.ExitCode);
        Assert.Contains("--float", exact.Error + exact.Output, StringComparison.Ordinal);
    }

    private Task<CliRunner.Result> RunAsync(params string[] arguments) => CliRunner.RunAsync(arguments);
}
