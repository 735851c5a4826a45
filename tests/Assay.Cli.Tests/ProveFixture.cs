using System.Text.Json;

namespace Assay.Cli.Tests;

/// <summary>A node's folder with the digits and their proving key, and the publisher's own key; each test has a copy.</summary>
public sealed class ProveFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-prove-").FullName;

    internal string Publisher { get; private set; } = "";

    public async Task InitializeAsync()
    {
        string node = Path.Combine(_folder, "node"), key = Path.Combine(_folder, "maker.pem");
        await RunAsync("model", "add", Path.Combine(CommandFixture.Models, "digits"), "--folder", node);
        using JsonDocument made = JsonDocument.Parse((await CliRunner.ProcessAsync("publisher", "key", "--key", key, "--json")).Output);
        Publisher = made.RootElement.GetProperty("publisher").GetString()!;
        using JsonDocument setup = JsonDocument.Parse(await RunAsync("prove", "setup", "digits", "--key", key, "--folder", node, "--json"));
        Assert.True(setup.RootElement.GetProperty("bits").GetDouble() >= 100);
        Assert.Equal(Publisher, setup.RootElement.GetProperty("publisher").GetString());
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A copy of the folder, which is the caller's.</summary>
    internal string Copy()
    {
        string copy = Directory.CreateTempSubdirectory("assay-prove-").FullName;
        foreach (string folder in Directory.GetDirectories(_folder, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(_folder, folder)));
        }

        foreach (string file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories))
        {
            // With its mode: others can't read keys.
            File.Copy(file, Path.Combine(copy, Path.GetRelativePath(_folder, file)));
        }

        return copy;
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        CliRunner.Result result = await CliRunner.RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.ExitCode}\n{result.Error}{result.Output}");
        return result.Output;
    }
}
