using Assay.Chain;
using Assay.Cli.Demo;
using Assay.Evm;
using Assay.Llama;
using Assay.Node.Chatting;
using Assay.Node.Serving;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Cli.Tests.Paying;

/// <summary>A local chain, and a node in this process that sells the digits at every level and settles there. Tests share it: each takes payers of its own.</summary>
[CollectionDefinition(Name)]
public sealed class PaidNodeFixture : IAsyncLifetime, ICollectionFixture<PaidNodeFixture>
{
    internal const string Name = "paid node";

    private const string Levels = """{"signed":{"perRequest":"0.001","perSecond":"1","most":"0.02"},"replay":{"perRequest":"0.002"},"tee":{"perRequest":"0.003"},"zk":{"perRequest":"0.01"}}""";

    /// <summary>The chat model's name.</summary>
    internal const string ChatName = "kjv";

    private const string ChatLevels = """{"signed":{"perRequest":"0.001","perMillionInputTokens":"10","perMillionOutputTokens":"40","most":"0.02"}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-paid-node-").FullName;
    private LocalChain? _chain;
    private PayDemoNode? _node;

    internal LocalChain Chain => _chain ?? throw new InvalidOperationException("There is no local chain.");

    internal PayDemoNode Node => _node ?? throw new InvalidOperationException("There is no node.");

    public async Task InitializeAsync()
    {
        if (Oracles.WhyMissing(Oracle.LocalChain) is null)
        {
            _chain = await LocalChain.StartAsync();

            // Clients of version 1 sign from ten minutes ago on, and a chain without a block has no such time.
            await _chain.MineAsync();
            EvmAddress payee = EvmAddress.From(Keccak256.HashData("the node's"u8).Bytes[12..]);
            _node = await PayDemoNode.StartAsync(_chain, 2, payee, Levels, _folder, CommandFixture.Models, static _ => { }, CancellationToken.None, Chats(), ChatLevels);
        }
    }

    // A real language model, where its library is.
    private static ChatCatalog? Chats() => Oracles.WhyMissing(Oracle.Llama) is not null ? null : new ChatCatalog(
    [
        new ChatModel(new ModelTerms(ChatName, "entertainment", null, WeightsPublic: true), LlamaBackend.Open(Path.Combine(CommandFixture.Models, "tiny-kjv", "tinylm.gguf"), new LlamaOptions { Contexts = 1, Threads = 1 })),
    ]);

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
            await Chain.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
