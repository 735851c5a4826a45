using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Chatting;

public sealed class ChatAnswerTests
{
    [Fact]
    public async Task Whole_HasOpenAIsShape_AndAReceiptThatHolds()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, string body, HttpResponseMessage response) = await node.AskAsync();
        Assert.Equal(200, status);
        JsonElement answer = body.Json();
        string id = response.Headers.GetValues("Assay-Receipt").Single();
        Assert.Equal("chatcmpl-" + id, answer.GetProperty("id").GetString());
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal("echo", answer.GetProperty("model").GetString());
        Assert.Matches("^fp_[0-9a-f]{16}$", answer.GetProperty("system_fingerprint").GetString());
        JsonElement choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal(0, choice.GetProperty("index").GetInt32());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("logprobs").ValueKind);
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.Equal("Hello!", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("message").GetProperty("refusal").ValueKind);
        Assert.Equal("""{"prompt_tokens":7,"completion_tokens":3,"total_tokens":10}""", answer.GetProperty("usage").GetRawText());
        Assert.Equal("req_" + id, response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("signed", response.Headers.GetValues("Assay-Level").Single());

        Bundle bundle = await node.BundleAsync(response);
        DisclosedClaims claims = bundle.Claims;
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(ChatNode.Hello), out _)!;
        Assert.Equal(WellKnown.OpenAiChat, claims.Text(ClaimRegistry.RequestProtocol));
        Assert.Equal(Digest32.Sha256(Encoding.UTF8.GetBytes(body)), claims.Digest(ClaimRegistry.OutputWireDigest));
        Assert.Equal(ChatDigests.SystemPrompt(request.Messages), claims.Digest(ClaimRegistry.RequestSystemPrompt));
        Assert.Equal("""{"max_tokens":4000,"n":1}""", claims.Text(ClaimRegistry.RequestSampling));
        Assert.Equal(ReceiptPhase.Final, bundle.Envelope.Statement.Phase);
        Assert.Equal("choice/0/content", Assert.Single(bundle.Output.Parts)!.Name);
        Assert.Equal("Hello!", Encoding.UTF8.GetString(bundle.Output.Parts[0]!.Data.Span));

        // What isn't stored comes back: each message, sealed.
        SealedMessage[] messages = [.. bundle.Attachments.Select(static item => SealedMessage.TryDecode(item.Content)).OfType<SealedMessage>()];
        Assert.Equal(["system", "user"], messages.Select(static message => message.Role).Order());
        Assert.Equal(4, bundle.Attachments.Count);

        Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle.Encode(), Trust = node.Trust, Now = TimeProvider.System.GetUtcNow() });
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.DoesNotContain(verdict.Checks, static check => check.Result == CheckResult.Fail);
    }

    [Fact]
    public async Task SeveralChoices_WithLogprobs_AreBoundAsTheyAreSpelt()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"n\":2,\"logprobs\":true,\"top_logprobs\":2,\"seed\":-1}");
        Assert.Equal(200, status);
        JsonElement[] choices = [.. body.Json().GetProperty("choices").EnumerateArray()];
        Assert.Equal([0, 1], choices.Select(static choice => choice.GetProperty("index").GetInt32()));
        JsonElement token = choices[1].GetProperty("logprobs").GetProperty("content")[0];
        Assert.Equal("Hel", token.GetProperty("token").GetString());
        Assert.Equal("-0.25", token.GetProperty("logprob").GetRawText());
        Assert.Equal("[72,101,108]", token.GetProperty("bytes").GetRawText());
        Assert.Equal("-9999", token.GetProperty("top_logprobs")[0].GetProperty("logprob").GetRawText());
        Assert.Equal(JsonValueKind.Null, token.GetProperty("top_logprobs")[1].GetProperty("bytes").ValueKind);
        Bundle bundle = await node.BundleAsync(response);
        ChatAnswer read = ChatAnswerReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(body), out string? error)!;
        Assert.Null(error);
        Assert.Equal(ChatDigests.Logprobs(read), bundle.Claims.Digest(ClaimRegistry.OutputLogprobs));
        Assert.Equal(ulong.MaxValue, bundle.Claims.UInt(ClaimRegistry.RequestSeed));
        Assert.Equal(["stop", "stop"], bundle.Claims.Texts(ClaimRegistry.OutputFinishReason));
        SameParts(read, bundle);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ToolCalls_ReasoningAndRefusal_AreTheSamePartsStreamedOrWhole(bool isStream)
    {
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend(static (_, _) => CallAsync()));
        (int status, string body, HttpResponseMessage response) = await node.AskAsync((isStream ? ChatNode.Streamed() : ChatNode.Hello)[..^1] + ",\"n\":2}");
        Assert.Equal(200, status);
        Bundle bundle = await node.BundleAsync(response);
        ChatAnswer read = (isStream ? ChatStreamReader.TryRead(ChatKind.Chat, body.Split('\n').Transcript(), out _) : ChatAnswerReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(body), out _))!;
        SameParts(read, bundle);
        Assert.Equal(["choice/0/reasoning", "choice/0/tool_calls", "choice/1/refusal"], bundle.Output.Parts.Select(static part => part!.Name));
        Assert.Equal("""[{"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"place\":\"Graz\"}"}},{"id":"call_2","type":"function","function":{"name":"time","arguments":"{}"}}]""", Encoding.UTF8.GetString(bundle.Output.Parts[1]!.Data.Span));
        Assert.Equal(ChatDigests.ToolCalls(read), bundle.Claims.Digest(ClaimRegistry.OutputToolCalls));
        Assert.Equal(["tool_calls", "stop"], bundle.Claims.Texts(ClaimRegistry.OutputFinishReason));
        if (!isStream)
        {
            JsonElement message = body.Json().GetProperty("choices")[0].GetProperty("message");
            Assert.Equal(JsonValueKind.Null, message.GetProperty("content").ValueKind);
            Assert.Equal("I wonder", message.GetProperty("reasoning_content").GetString());
        }

        static async IAsyncEnumerable<ChatEvent> CallAsync()
        {
            await Task.Yield();
            yield return new ChatEvent { Reasoning = "I won" };
            yield return new ChatEvent { Choice = 1, Refusal = "No." };
            yield return new ChatEvent { Reasoning = "der" };
            yield return new ChatEvent { Tool = new ChatToolFragment(0, "call_1", "weather", "") };
            yield return new ChatEvent { Tool = new ChatToolFragment(0, null, null, "{\"place\":") };
            yield return new ChatEvent { Tool = new ChatToolFragment(1, "call_2", "time", "{}") };
            yield return new ChatEvent { Tool = new ChatToolFragment(0, null, null, "\"Graz\"}") };
            yield return new ChatEvent { FinishReason = "tool_calls" };
            yield return new ChatEvent { Choice = 1, FinishReason = "stop" };
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Completions_OfSeveralPrompts_HaveTheirOwnShape(bool isStream)
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        string asked = "{\"model\":\"echo\",\"prompt\":[\"One\",\"Two\"],\"n\":2,\"logprobs\":2" + (isStream ? ",\"stream\":true}" : "}");
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(asked, "/v1/completions");
        Assert.Equal(200, status);
        Bundle bundle = await node.BundleAsync(response);
        ChatAnswer read = (isStream ? ChatStreamReader.TryRead(ChatKind.Completion, body.Split('\n').Transcript(), out _) : ChatAnswerReader.TryRead(ChatKind.Completion, Encoding.UTF8.GetBytes(body), out _))!;
        Assert.Equal(4, read.Choices.Count);
        Assert.All(read.Choices, static choice => Assert.Equal("Hello!", choice.Content));
        SameParts(read, bundle);
        Assert.Equal(ChatDigests.Logprobs(read), bundle.Claims.Digest(ClaimRegistry.OutputLogprobs));
        Assert.Equal(WellKnown.OpenAiCompletions, bundle.Claims.Text(ClaimRegistry.RequestProtocol));
        JsonElement first = isStream ? body.Split('\n').Data()[4].Json() : body.Json();
        Assert.StartsWith("cmpl-", first.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("text_completion", first.GetProperty("object").GetString());
        JsonElement logprobs = first.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal(isStream ? "[3]" : "[0,3,5]", logprobs.GetProperty("text_offset").GetRawText());
    }

    [Theory]
    [InlineData("float")]
    [InlineData("base64")]
    public async Task Embeddings_AreTensorsOfTheReceipt(string encoding)
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, string body, HttpResponseMessage response) = await node.AskAsync($$"""{"model":"echo","input":["a","b"],"encoding_format":"{{encoding}}"}""", "/v1/embeddings");
        Assert.Equal(200, status);
        Assert.Equal("list", body.Json().GetProperty("object").GetString());
        Assert.Equal(7, body.Json().GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Bundle bundle = await node.BundleAsync(response);
        ChatAnswer read = ChatAnswerReader.TryRead(ChatKind.Embedding, Encoding.UTF8.GetBytes(body), out string? error)!;
        Assert.Null(error);
        Assert.Equal([1.5f, -1f, 0.1f], read.Embeddings[1].ToArray());
        SameParts(read, bundle);
        Assert.Equal(["embedding/0", "embedding/1"], bundle.Output.Parts.Select(static part => part!.Name));
        Assert.Equal(LeafState.Absent, bundle.Claims.State(ClaimRegistry.OutputFinishReason));
        Assert.Equal("req_" + response.Headers.GetValues("Assay-Receipt").Single(), response.Headers.GetValues("x-request-id").Single());
    }

    [Fact]
    public async Task Mutations_NameWhatTheNodeChose_AndLimitsHold()
    {
        await using NodeFixture node = await ChatNode.StartAsync(limits: new ChatModelLimits { OutputTokens = 100, BodyBytes = 1024 });
        (_, _, HttpResponseMessage response) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"user\":\"me\",\"temperature\":0.50}");
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal("""{"max_tokens":100,"n":1,"temperature":0.5}""", bundle.Claims.Text(ClaimRegistry.RequestSampling));
        Assert.Equal(["dropped user", "defaulted seed 42", "defaulted max_tokens 100"], bundle.Claims.Texts(ClaimRegistry.RequestMutations));

        (int status, string body, _) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"max_tokens\":101}");
        Assert.Equal((400, "chat/too-long"), (status, body.Code()));
        Assert.Equal("max_tokens", body.Json().GetProperty("error").GetProperty("param").GetString());
        (status, body, _) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"user\":\"" + new string('x', 1024) + "\"}");
        Assert.Equal((413, "body_too_large"), (status, body.Code()));
    }

    [Fact]
    public async Task Continues_IsTheReceiptsLineage()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        string before = new('a', 64);
        (_, _, HttpResponseMessage response) = await node.AskAsync(ChatNode.Hello[..^1] + $",\"continues\":\"{before}\"}}");
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal("continues", bundle.Claims.Text(ClaimRegistry.LineageRelation));
        Assert.Equal([before], bundle.Claims.Digests(ClaimRegistry.LineageReceipts)!.Select(static digest => digest.ToString()));
    }

    [Fact]
    public async Task AnUpstreamsWord_IsInTheReceipt()
    {
        UpstreamWord word = new() { Origin = "https://api.example:443", Model = "gpt-x-2026", Sent = Digest32.Sha256("s"u8), Received = Digest32.Sha256("r"u8), Attempt = 2 };
        ScriptedBackend backend = new()
        {
            Info = new ChatBackendInfo { Backend = "upstream https://first.example:443", Semantics = WellKnown.Opaque, Kinds = new HashSet<ChatKind> { ChatKind.Chat } },
            Report = new ChatRunReport { Upstream = word, Mutations = ["failover https://first.example:443 upstream/timeout"] },
        };
        await using NodeFixture node = await ChatNode.StartAsync(backend);
        (int status, string body, HttpResponseMessage response) = await node.AskAsync();
        Assert.Equal(200, status);
        Assert.False(body.Json().TryGetProperty("usage", out _));
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal(word.Text, bundle.Claims.Text(ClaimRegistry.PartiesGateway));
        Assert.Equal("upstream https://api.example:443", bundle.Claims.Text(ClaimRegistry.ExecutionBackend));
        Assert.Equal(["defaulted max_tokens 4000", "defaulted seed 42", "failover https://first.example:443 upstream/timeout"], bundle.Claims.Texts(ClaimRegistry.RequestMutations));
        Assert.Equal(LeafState.Absent, bundle.Claims.State(ClaimRegistry.ModelModelId));
        Assert.Equal(LeafState.Absent, bundle.Claims.State(ClaimRegistry.OutputUsage));

        // Hardware here can't vouch for what ran elsewhere.
        (status, body, _) = await node.AskAsync(headers: ("Assay-Verification", "tee"));
        Assert.Equal((422, "verification_unsatisfiable"), (status, body.Code()));
        Assert.Contains("somebody else's server", body, StringComparison.Ordinal);
        (status, body, _) = await node.AskAsync("""{"model":"echo","input":"a"}""", "/v1/embeddings");
        Assert.Equal((400, "chat/endpoint"), (status, body.Code()));
    }

    private static void SameParts(ChatAnswer read, Bundle bundle)
    {
        IReadOnlyList<TensorValue> parts = read.Parts();
        Assert.Equal(parts.Count, bundle.Output.Parts.Count);
        Assert.All(parts.Zip(bundle.Output.Parts), static pair => Assert.True(pair.First.SameAs(pair.Second!)));
        Assert.Equal((ulong)parts.Count, bundle.Claims.UInt(ClaimRegistry.OutputParts));
    }

    [Fact]
    public async Task ParametersThatNoReceiptHolds_AreRefusedBeforeWork()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, string body, _) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"stop\":\"" + new string('x', 1_100_000) + "\"}");
        Assert.Equal((400, "chat/too-long"), (status, body.Code()));
    }
}
