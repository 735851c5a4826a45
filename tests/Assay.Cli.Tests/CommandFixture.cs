namespace Assay.Cli.Tests;

/// <summary>One node with one model and one answer, shared by the tests of the commands.</summary>
public sealed class CommandFixture : IAsyncLifetime
{
    internal string Folder { get; } = Directory.CreateTempSubdirectory("assay-cli-").FullName;

    internal CliNode Node { get; private set; } = null!;

    internal static string Models => Path.Combine(Testing.Oracles.RepositoryRoot, "models");

    public async Task InitializeAsync()
    {
        CliRunner.Result added = await CliRunner.ProcessAsync(["model", "add", Path.Combine(Models, "digits"), "--folder", Path.Combine(Folder, "node")]);
        Assert.True(added.ExitCode == 0, added.Error + added.Output);
        Node = await CliNode.StartAsync(Path.Combine(Folder, "node"));
        CliRunner.Result asked = await CliRunner.ProcessAsync(["infer", "digits@replay", "--input", Path.Combine(Models, "digits", "test_inputs.npy"), "--row", "3",
            "--node", Node.Address.ToString(), "--first-use", "--replay", "--out", Path.Combine(Folder, "answer")]);
        Assert.True(asked.ExitCode == 0, asked.Error + asked.Output);
    }

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
