using Assay.Files;
using Assay.Node.Chatting;
using Assay.Node.Tests.Keys;
using Assay.Receipts;

namespace Assay.Node.Tests.Chatting;

/// <summary>How much one short request may ask for, and what a caller learns of names that it may not use.</summary>
public sealed class AnswerLimitsTests
{
    [Theory]
    [InlineData(",\"n\":128,\"max_tokens\":128", null, null)]
    [InlineData(",\"n\":128,\"max_tokens\":129", "16384 tokens", "n")]
    [InlineData(",\"n\":5,\"max_tokens\":4000", "5 answers of 4000 tokens", "n")]
    [InlineData(",\"max_tokens\":4000", null, null)]
    public async Task AllAnswersToOneRequest_TogetherHaveALimit(string members, string? message, string? param)
    {
        ScriptedBackend backend = new();
        await using NodeFixture node = await ChatNode.StartAsync(backend);
        (int status, string body, _) = await node.AskAsync(ChatNode.Hello[..^1] + members + "}");
        Assert.Equal(message is null ? 200 : 400, status);
        if (message is not null)
        {
            Assert.Equal("chat/too-long", body.Code());
            Assert.Contains(message, body, StringComparison.Ordinal);
            Assert.Equal(param, body.Json().GetProperty("error").GetProperty("param").GetString());
            Assert.Equal(0, backend.Ended);
        }
    }

    [Fact]
    public async Task WhoNamesNoNumber_GetsWhatIsLeftForEach_AndTheReceiptSaysSo()
    {
        await using NodeFixture node = await ChatNode.StartAsync(limits: new ChatModelLimits { RequestTokens = 100, OutputTokens = 60 });
        Assert.Equal("60", await DefaultedAsync(ChatNode.Hello));
        Assert.Equal("33", await DefaultedAsync(ChatNode.Hello[..^1] + ",\"n\":3}"));
        Assert.Equal("1", await DefaultedAsync(ChatNode.Hello[..^1] + ",\"n\":100}"));
        (int status, string body, _) = await node.AskAsync(ChatNode.Hello[..^1] + ",\"n\":101}");
        Assert.Equal((400, "chat/too-long"), (status, body.Code()));

        // Prompts count as choices do, and vectors don't.
        (status, body, _) = await node.AskAsync("""{"model":"echo","prompt":["a","b","c"],"max_tokens":34}""", "/v1/completions");
        Assert.Equal((400, "chat/too-long", "prompt"), (status, body.Code(), body.Json().GetProperty("error").GetProperty("param").GetString()));
        (status, body, _) = await node.AskAsync("""{"model":"echo","prompt":["a","b","c"],"max_tokens":33}""", "/v1/completions");
        Assert.Equal(200, status);
        (status, _, _) = await node.AskAsync($$"""{"model":"echo","input":[{{string.Join(',', Enumerable.Repeat("\"a\"", 200))}}]}""", "/v1/embeddings");
        Assert.Equal(200, status);

        async Task<string> DefaultedAsync(string request)
        {
            (int answered, string text, HttpResponseMessage response) = await node.AskAsync(request);
            Assert.True(answered == 200, text);
            Bundle bundle = await node.BundleAsync(response);
            string said = bundle.Claims.Texts(ClaimRegistry.RequestMutations)!.Single(static mutation => mutation.StartsWith("defaulted max_tokens", StringComparison.Ordinal)).Split(' ')[2];
            Assert.Contains($"\"max_tokens\":{said}", bundle.Claims.Text(ClaimRegistry.RequestSampling), StringComparison.Ordinal);
            return said;
        }
    }

    [Fact]
    public async Task AnUpstreamsOwnDefault_IsntKnown_AndSoNothingIsCounted()
    {
        await using UpstreamNode behind = await UpstreamNode.StartAsync(UpstreamNode.Say("a"));
        (int status, string body, _) = await behind.Node.AskAsync(ChatNode.Hello[..^1] + ",\"max_tokens\":1000000}");
        Assert.True(status == 200, body);
    }

    [Fact]
    public async Task ANameThatIsntThere_SuggestsNoneThatTheKeyMayNotCall()
    {
        await using NodeFixture node = await NodeFixture.StartAsync(defaultLevel: VerificationLevel.Signed, chat: new ChatCatalog([ChatNode.Model(name: "echo-secret"), ChatNode.Model(name: "open")]), options: static options =>
        {
            string file = Path.Combine(options.Folder, "api-keys.json");
            OwnerOnlyFile.Write(file, ApiKeySamples.File(",\"models\":[\"open\"]"));
            return options with { KeyFile = file };
        });
        (string, string) key = ("Authorization", "Bearer " + ApiKeySamples.Secret);
        (int status, string body, _) = await node.AskAsync(ChatNode.Hello.Replace("\"echo\"", "\"echo-secre\"", StringComparison.Ordinal), headers: key);
        Assert.Equal((404, "model_not_found"), (status, body.Code()));
        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
        (_, body, _) = await node.AskAsync(ChatNode.Hello.Replace("\"echo\"", "\"opem\"", StringComparison.Ordinal), headers: key);
        Assert.Contains("Did you mean 'open'?", body, StringComparison.Ordinal);

        // The exact models of the catalogue likewise.
        (status, body, _) = await node.SendAsync(HttpMethod.Post, "/v2/models/tinx/infer", "{}", key);
        Assert.Equal(404, status);
        Assert.DoesNotContain("'tiny'", body, StringComparison.Ordinal);
    }
}
