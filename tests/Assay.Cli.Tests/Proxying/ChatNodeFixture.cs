using Assay.Client;
using Assay.OpenAi.Tests;

namespace Assay.Cli.Tests.Proxying;

/// <summary>A node with chat models that play scenarios, and its trust file.</summary>
public sealed class ChatNodeFixture : IAsyncLifetime
{
    internal SdkNode Node { get; } = new();

    internal Uri Address => new(Node.Address, "/");

    internal string Folder { get; } = Directory.CreateTempSubdirectory("assay-chat-cli-").FullName;

    internal string Trust => Path.Combine(Folder, "trust.txt");

    public async Task InitializeAsync()
    {
        await Node.InitializeAsync();
        using HttpClient http = new();
        await File.WriteAllTextAsync(Trust, (await new AssayClient(http, Address, TimeProvider.System).DescribeAsync(CancellationToken.None)).TrustText);
    }

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
