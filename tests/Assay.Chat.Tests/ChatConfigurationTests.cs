using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Chat.Tests;

/// <summary>What of a receipt is an application's configuration (spec/history.md).</summary>
public sealed class ChatConfigurationTests
{
    private static readonly ClaimValues Base = new()
    {
        RequestPolicy = PolicyDocument.For(VerificationLevel.Signed),
        RequestLevelSource = LevelSource.Request,
        RequestProtocol = WellKnown.OpenAiChat,
        RequestSystemPrompt = Digest32.Sha256("a prompt"u8),
        RequestSampling = """{"max_tokens":100,"temperature":0.5}""",
        RequestSeed = 7,
        RequestMutations = ["defaulted seed 7", "defaulted max_tokens 100"],
        ModelName = "echo",
        ModelModelId = new ModelId(Digest32.Sha256("a model"u8)),
        ExecutionBackend = "llama.cpp/1",
        PartiesGateway = new UpstreamWord { Origin = "https://a.example:443", Model = "m-1", Fingerprint = "fp", RequestId = "r", Attempt = 2 }.Text,
    };

    public static TheoryData<string, ClaimValues> Same => new()
    {
        { "another seed", Base with { RequestSeed = 8, RequestMutations = ["defaulted seed 8", "defaulted max_tokens 100"] } },
        { "what was left of the context", Base with { RequestSampling = """{"max_tokens":90,"temperature":0.5}""", RequestMutations = ["defaulted max_tokens 90"] } },
        { "a failover on the way", Base with { RequestMutations = ["defaulted max_tokens 100", "failover https://b.example:443 upstream/refused"] } },
        { "something withheld of the answer", Base with { RequestMutations = ["defaulted max_tokens 100", "withheld citations"] } },
        { "another request of the upstream", Base with { PartiesGateway = new UpstreamWord { Origin = "https://a.example:443", Model = "m-1", Fingerprint = "fp", RequestId = "s", Attempt = 1 }.Text } },
        { "other messages, another answer", Base with { RequestMessages = [Digest32.Sha256("x"u8)], OutputParts = 3, RequestWireDigest = Digest32.Sha256("y"u8) } },
    };

    public static TheoryData<string, ClaimValues> Other => new()
    {
        { "request.protocol", Base with { RequestProtocol = WellKnown.OpenAiCompletions } },
        { "request.system_prompt", Base with { RequestSystemPrompt = null } },
        { "request.tools", Base with { RequestTools = Digest32.Sha256("tools"u8) } },
        { "request.response_format", Base with { RequestResponseFormat = "{}" } },
        { "request.sampling", Base with { RequestSampling = """{"max_tokens":100,"temperature":0.6}""" } },
        { "request.mutations", Base with { RequestMutations = ["defaulted max_tokens 100", "injected system 00"] } },
        { "model.name", Base with { ModelName = "other" } },
        { "model.model_id", Base with { ModelModelId = null } },
        { "model.tokenizer", Base with { ModelTokenizer = Digest32.Sha256("t"u8) } },
        { "model.template", Base with { ModelTemplate = Digest32.Sha256("t"u8) } },
        { "execution.backend", Base with { ExecutionBackend = "llama.cpp/2" } },
        { "execution.semantics", Base with { ExecutionSemantics = "opaque" } },
        { "execution.instruction_set", Base with { ExecutionInstructionSet = "haswell" } },
        { "parties.gateway.model", Base with { PartiesGateway = new UpstreamWord { Origin = "https://a.example:443", Model = "m-2", Fingerprint = "fp" }.Text } },
        { "parties.gateway.fingerprint", Base with { PartiesGateway = new UpstreamWord { Origin = "https://a.example:443", Model = "m-1" }.Text } },
        { "parties.gateway.origin", Base with { PartiesGateway = new UpstreamWord { Origin = "https://b.example:443", Model = "m-1", Fingerprint = "fp" }.Text } },
    };

    [Theory]
    [MemberData(nameof(Same))]
    public void WhatDiffersInEachRequest_IsNoOtherConfiguration(string what, ClaimValues values) =>
        Assert.True(ChatConfiguration.Of(Base).Digest == ChatConfiguration.Of(values).Digest, what);

    [Theory]
    [MemberData(nameof(Other))]
    public void WhatTheOwnerOrTheNodeChanged_IsAnother_AndIsNamed(string leaf, ClaimValues values)
    {
        (ChatConfiguration before, ChatConfiguration after) = (ChatConfiguration.Of(Base), ChatConfiguration.Of(values));
        Assert.NotEqual(before.Digest, after.Digest);
        Assert.Equal([leaf], before.Differences(after));
    }

    [Fact]
    public void MaxTokensThatTheCallerChose_Count()
    {
        ClaimValues chosen = Base with { RequestMutations = null };
        Assert.Equal(["request.sampling"], ChatConfiguration.Of(chosen).Differences(ChatConfiguration.Of(chosen with { RequestSampling = """{"max_tokens":99,"temperature":0.5}""" })));
    }

    [Fact]
    public void WhatCantBeRead_StaysWhole_AndIsCompared()
    {
        ClaimValues odd = Base with { RequestSampling = "no JSON", PartiesGateway = "neither" };
        ChatConfiguration read = ChatConfiguration.Of(odd);
        Assert.Equal("no JSON", read.Leaf(ChatConfiguration.Sampling).Text);
        Assert.False(read.IsWhole);
    }
}
