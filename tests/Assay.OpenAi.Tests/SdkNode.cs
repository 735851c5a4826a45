using Assay.Chat;
using Assay.Node;
using Assay.Node.Chatting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Testing;
using Assay.Upstream;

namespace Assay.OpenAi.Tests;

/// <summary>A node with the same scenario twice: <c>local</c>, in its own process, and <c>remote</c>, behind an upstream.</summary>
public sealed class SdkNode : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-openai-").FullName;
    private ScriptedServer _server = null!;
    private NodeHost _host = null!;

    /// <summary>The address that clients are given.</summary>
    public Uri Address => new(_host.Address, "v1");

    internal Scenario Local { get; } = new();

    internal Scenario Remote { get; } = new();

    public async Task InitializeAsync()
    {
        _server = ScenarioServer.Start(Remote);
        UpstreamBackend upstream = UpstreamBackend.Create(new UpstreamOptions
        {
            Servers = [new UpstreamServer { Address = _server.Address, Model = "remote", Key = static () => "sk-upstream" }],
            Kinds = new HashSet<ChatKind> { ChatKind.Chat, ChatKind.Completion, ChatKind.Embedding },
        });
        NodeOptions options = new() { Folder = _folder, Url = "http://127.0.0.1:0", Origin = "test.example/log", DefaultLevel = VerificationLevel.Signed, CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        NodeIdentity identity = NodeIdentity.OpenOrCreate(_folder, options.Origin, TimeProvider.System.GetUtcNow());
        ChatCatalog chat = new([Model("local", new ScenarioBackend(Local)), Model("remote", upstream)]);
        _host = await NodeHost.StartAsync(options, identity, new ModelCatalog([]), TimeProvider.System, CancellationToken.None, chat);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Waits until nothing is played any more: whoever leaves ends the work.</summary>
    internal async Task RestAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        while (Volatile.Read(ref Local.Running) + Volatile.Read(ref Remote.Running) > 0)
        {
            await Task.Delay(20, limit.Token);
        }
    }

    private static ChatModel Model(string name, IChatBackend backend) =>
        new(new ModelTerms(name, "entertainment", null, WeightsPublic: false), backend) { Limits = new ChatModelLimits { FirstToken = TimeSpan.FromSeconds(1) }, Created = 1_700_000_000 };
}
