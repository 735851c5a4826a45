using Assay.Llama;
using Assay.Node;
using Assay.Node.Chatting;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.OpenAi.Tests;

/// <summary>A node with the shipped language model, <c>kjv</c>, run by llama.cpp. Without the library nothing is started: tests that need it say so.</summary>
public sealed class LlamaNode : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-openai-llama-").FullName;
    private NodeHost? _host;

    /// <summary>The address that clients are given.</summary>
    public Uri Address => new(_host!.Address, "v1");

    /// <summary>Whom a verifier trusts.</summary>
    public string TrustText => _host!.Identity.TrustText;

    public async Task InitializeAsync()
    {
        if (!Oracles.AreRequired && Oracles.WhyMissing(Oracle.Llama) is not null)
        {
            return;
        }

        LlamaBackend backend = LlamaBackend.Open(Path.Combine(Oracles.RepositoryRoot, "models", "tiny-kjv", "tinylm.gguf"), new LlamaOptions { Contexts = 2, Threads = 1, MaxWaiting = 64 });
        NodeOptions options = new() { Folder = _folder, Url = "http://127.0.0.1:0", Origin = "test.example/log", DefaultLevel = VerificationLevel.Signed, CheckpointInterval = TimeSpan.FromMilliseconds(20) };
        NodeIdentity identity = NodeIdentity.OpenOrCreate(_folder, options.Origin, TimeProvider.System.GetUtcNow());
        ChatCatalog chat = new([new ChatModel(new ModelTerms("kjv", "entertainment", null, WeightsPublic: false), backend) { Created = 1_700_000_000 }]);
        _host = await NodeHost.StartAsync(options, identity, new ModelCatalog([]), TimeProvider.System, CancellationToken.None, chat);
    }

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
