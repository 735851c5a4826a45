using System.Text;
using Assay.Client;
using Assay.Node;
using Assay.Node.Chatting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.OpenAi.Tests;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Extensions.AI.Tests;

/// <summary>A real node whose model <c>local</c> plays scenarios.</summary>
public sealed class TestChatNode : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-chat-client-").FullName;
    private NodeHost _host = null!;

    internal Uri Address => _host.Address;

    internal Scenario Scenario { get; } = new();

    internal TrustFile Trust => TrustFile.TryParse(Encoding.UTF8.GetBytes(TrustText), out _, out _)!;

    internal string TrustText => _host.Identity.TrustText;

    internal CheckOptions Options => new() { Trust = Trust };

    public async Task InitializeAsync()
    {
        NodeOptions options = new() { Folder = _folder, Url = "http://127.0.0.1:0", Origin = "test.example/log", CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        NodeIdentity identity = NodeIdentity.OpenOrCreate(_folder, options.Origin, TimeProvider.System.GetUtcNow());
        ChatModel model = new(new ModelTerms("local", "entertainment", null, WeightsPublic: false), new ScenarioBackend(Scenario)) { Created = 1_700_000_000 };
        ChatModel other = new(new ModelTerms("other", "entertainment", null, WeightsPublic: false), new ScenarioBackend(Scenario)) { Created = 1_700_000_000 };
        _host = await NodeHost.StartAsync(options, identity, new ModelCatalog([]), TimeProvider.System, CancellationToken.None, new ChatCatalog([model, other]));
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Its client, over something in between.</summary>
    internal AssayClient Client(HttpMessageHandler? between = null) => new(between is null ? new HttpClient() : new HttpClient(between), Address, TimeProvider.System);

    /// <summary>Waits until nothing is played any more: whoever leaves ends the work.</summary>
    internal async Task RestAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        while (Volatile.Read(ref Scenario.Running) > 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    internal VerifyingChatClient Chat(HttpMessageHandler? between = null) => Client(between).AsChatClient("local", VerificationLevel.Signed, Options);
}
