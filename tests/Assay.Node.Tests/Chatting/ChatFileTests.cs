using System.Text;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Receipts;

namespace Assay.Node.Tests.Chatting;

public sealed class ChatFileTests
{
    private const string Whole = """
        {"profile":"assay/chat/v1","models":{
          "small":{"gguf":"small.gguf","description":"a small one","use":"entertainment","minimum":"signed","contexts":2,"waiting":9,"threads":1,"contextTokens":2048,"batchTokens":64,"template":"chatml",
                   "limits":{"concurrent":4,"concurrentPerKey":2,"bodyBytes":65536,"answerBytes":65536,"outputTokens":300,"seconds":60,"firstTokenSeconds":30,"tokenSeconds":10,"writeSeconds":5}},
          "far":{"upstreams":[{"url":"https://api.example.com/v1","model":"far-1","keyVariable":"FAR_KEY"},{"url":"http://127.0.0.1:9/v1","model":"far-2","keyFile":"far.key"}],
                 "endpoints":["chat","embeddings"],"unsupported":["top_k"],"contextTokens":8192}}}
        """;

    [Fact]
    public void Everything_IsRead()
    {
        ChatFile file = Read(Whole, out IReadOnlyList<string> problems)!;
        Assert.Empty(problems);
        ChatFileModel small = file.Models[0], far = file.Models[1];
        Assert.Equal(("small", "a small one", "entertainment", (VerificationLevel?)VerificationLevel.Signed), (small.Name, small.Description, small.DeclaredUse, small.MinimumLevel));
        Assert.Equal(new ChatFileLocal(Path.GetFullPath("/models/small.gguf")) { Contexts = 2, Waiting = 9, Threads = 1, ContextTokens = 2048, BatchTokens = 64, Template = "chatml" }, small.Local);
        Assert.Equal(new ChatModelLimits
        {
            Concurrent = 4, ConcurrentPerKey = 2, BodyBytes = 65536, AnswerBytes = 65536, OutputTokens = 300, Overall = TimeSpan.FromSeconds(60), FirstToken = TimeSpan.FromSeconds(30), PerToken = TimeSpan.FromSeconds(10), Write = TimeSpan.FromSeconds(5),
        }, small.Limits);
        Assert.Equal(["https://api.example.com/v1", "http://127.0.0.1:9/v1"], far.Upstreams.Select(static upstream => upstream.Url.ToString()));
        Assert.Equal(("FAR_KEY", Path.GetFullPath("/models/far.key")), (far.Upstreams[0].KeyVariable, far.Upstreams[1].KeyFile));
        Assert.Equal([ChatKind.Chat, ChatKind.Embedding], far.Kinds.Order());
        Assert.Equal(["top_k"], far.Unsupported);
        Assert.Equal(8192, far.ContextTokens);
    }

    [Theory]
    [InlineData("[]", "it isn't a JSON object")]
    [InlineData("""{"profile":"assay/chat/v2","models":{}}""", "'profile' must be")]
    [InlineData("""{"profile":"assay/chat/v1","models":{}}""", "'models' must be")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a"}},"other":1}""", "'other' isn't known")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a/b":{"gguf":"a"}}}""", "a name has 1 to 64")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef":{"gguf":"a"}}}""", "64 hex digits")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":3}}""", "'models.a' must be an object")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{}}}""", "either 'gguf'")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a","upstreams":[]}}}""", "either 'gguf'")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a","endpoints":["chat"]}}}""", "'models.a.endpoints' isn't known")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a","use":"fun"}}}""", "'models.a.use'")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a","minimum":"replay"}}}""", "signed or tee")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a","threads":0}}}""", "'models.a.threads'")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a","threads":1.0}}}""", "'models.a.threads'")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a","limits":{"tokens":3}}}}""", "'models.a.limits.tokens' isn't known")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"gguf":"a","limits":{"bodyBytes":99999999}}}}""", "'models.a.limits.bodyBytes'")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"upstreams":[]}}}""", "array of 1 to 8")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"upstreams":[{"url":"http://api.example.com/v1","model":"x"}]}}}""", "must be an https address")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"upstreams":[{"url":"https://u:p@api.example.com/v1","model":"x"}]}}}""", "must be an https address")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"upstreams":[{"url":"https://api.example.com/v1"}]}}}""", "must say what the model is called")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"upstreams":[{"url":"https://api.example.com/v1","model":"x","key":"sk-1"}]}}}""", "'models.a.upstreams[0].key' isn't known")]
    [InlineData("""{"profile":"assay/chat/v1","models":{"a":{"upstreams":[{"url":"https://api.example.com/v1","model":"x","keyFile":"a","keyVariable":"b"}]}}}""", "one of 'keyVariable' and 'keyFile'")]
    public void WhatIsWrong_IsSaid(string json, string problem)
    {
        Assert.Null(Read(json, out IReadOnlyList<string> problems));
        Assert.Contains(problems, said => said.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public void AModelThatCantBeOpened_ClosesTheOthers_AndIsNamed()
    {
        ClosingBackend first = new();
        InvalidDataException e = Assert.Throws<InvalidDataException>(() => ChatCatalogLoader.Load(Read(Whole, out _)!, model => model.Name == "small" ? first : throw new InvalidDataException("no key")));
        Assert.Equal("chat model 'far': no key", e.Message);
        Assert.True(first.IsClosed);
    }

    [Fact]
    public void AKey_ComesFromAFileOrTheEnvironment_AndIsNeverShown()
    {
        string path = Path.GetTempFileName();
        try
        {
            ChatFileUpstream upstream = new(new Uri("https://api.example.com/v1"), "x") { KeyFile = path };
            Assert.Contains("there is no key for api.example.com", Assert.Throws<InvalidDataException>(upstream.ReadKey).Message, StringComparison.Ordinal);
            File.WriteAllText(path, " sk-secret \nmore");
            Assert.Equal("sk-secret", upstream.ReadKey());
            File.WriteAllText(path, "sk-se\u00e9cret");
            Assert.DoesNotContain("cret", Assert.Throws<InvalidDataException>(upstream.ReadKey).Message, StringComparison.Ordinal);
            Assert.Null((upstream with { KeyFile = null }).ReadKey());
            Assert.Contains("ASSAY_NO_SUCH_KEY", Assert.Throws<InvalidDataException>(() => (upstream with { KeyFile = null, KeyVariable = "ASSAY_NO_SUCH_KEY" }).ReadKey()).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ChatFile? Read(string json, out IReadOnlyList<string> problems) => ChatFile.TryParse(Encoding.UTF8.GetBytes(json), "/models", out problems);

    private sealed class ClosingBackend : IChatBackend
    {
        internal bool IsClosed { get; private set; }

        public ChatBackendInfo Info { get; } = new ScriptedBackend().Info;

        public ChatPlan? Plan(ChatRequest request, out ChatFault? fault) => throw new InvalidOperationException();

        public IAsyncEnumerable<ChatEvent> RunAsync(ChatPlan plan, Action<ChatRunReport> report, CancellationToken cancellation) => throw new InvalidOperationException();

        public void Dispose() => IsClosed = true;
    }
}
