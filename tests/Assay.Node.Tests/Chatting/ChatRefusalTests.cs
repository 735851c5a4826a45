using System.Text.Json;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Receipts;

namespace Assay.Node.Tests.Chatting;

public sealed class ChatRefusalTests
{
    [Theory]
    [InlineData("{", 400, "chat/unreadable", null)]
    [InlineData("""{"model":"echo","model":"echo","messages":[{"role":"user","content":"a"}]}""", 400, "chat/unreadable", null)]
    [InlineData("""{"model":"ecko","messages":[{"role":"user","content":"a"}]}""", 404, "model_not_found", "model")]
    [InlineData("""{"model":"echo"}""", 400, "chat/bad-member", "messages")]
    [InlineData("""{"model":"echo","messages":[{"role":"user","content":"a"}],"temprature":1}""", 400, "chat/unknown-member", "temprature")]
    [InlineData("""{"model":"echo","messages":[{"role":"user","content":"a"}],"min_p":0.1}""", 400, "chat/unsupported-parameter", "min_p")]
    [InlineData("""{"model":"echo","messages":[{"role":"user","content":"a"}],"n":129}""", 400, "chat/bad-member", "n")]
    [InlineData("""{"model":"echo@replay","messages":[{"role":"user","content":"a"}]}""", 422, "verification_unsatisfiable", null)]
    [InlineData("""{"model":"echo@zk","messages":[{"role":"user","content":"a"}]}""", 422, "verification_unsatisfiable", null)]
    [InlineData("""{"model":"echo@tee","messages":[{"role":"user","content":"a"}]}""", 422, "verification_unsatisfiable", null)]
    [InlineData("""{"model":"echo@best","messages":[{"role":"user","content":"a"}]}""", 400, "verification_unknown", null)]
    [InlineData("""{"model":"echo@signed","messages":[{"role":"user","content":"a"}],"verification":"tee"}""", 400, "verification_contradiction", null)]
    [InlineData("""{"model":"echo","messages":[{"role":"user","content":"a"}],"verification":3}""", 400, "verification_unknown", "verification")]
    [InlineData("""{"model":"echo","messages":[{"role":"user","content":"a"}],"verification":{"require":1}}""", 400, null, "verification")]
    public async Task Refusals_AreInOpenAIsShape(string asked, int expected, string? code, string? param)
    {
        ScriptedBackend backend = new();
        await using NodeFixture node = await ChatNode.StartAsync(backend);
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(asked);
        Assert.Equal(expected, status);
        JsonElement error = body.Json().GetProperty("error");
        Assert.Equal(code ?? error.GetProperty("code").GetString(), error.GetProperty("code").GetString());
        Assert.Equal(param, error.GetProperty("param").GetString());
        Assert.Equal(status == 404 ? "not_found_error" : "invalid_request_error", error.GetProperty("type").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.StartsWith("req_", response.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
        Assert.Equal(0, backend.Ended);
    }

    [Fact]
    public async Task LevelsAndHeaders_AreHeldAgainstEachOther()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        Assert.Equal((400, "verification_contradiction"), Of(await node.AskAsync(ChatNode.Hello[..^1] + ",\"verification\":\"signed\"}", headers: ("Assay-Verification", "tee"))));
        Assert.Equal((400, "header_unknown"), Of(await node.AskAsync(headers: ("Assay-Verfication", "tee"))));
        Assert.Equal((400, "query_unknown"), Of(await node.AskAsync(path: "/v1/chat/completions?level=tee")));
        (int status, _, HttpResponseMessage response) = await node.AskAsync(ChatNode.Hello.Replace("echo", "echo@signed", StringComparison.Ordinal), headers: ("Assay-Verification", "signed"));
        Assert.Equal(200, status);
        Assert.Equal("echo", (await node.BundleAsync(response)).Claims.Text(ClaimRegistry.ModelName));
        Assert.Equal("request", response.Headers.GetValues("Assay-Level-Source").Single());
    }

    [Fact]
    public async Task OpenAIsClientsSendSomeKey_AndANodeWithoutKeysTakesIt()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        Assert.Equal(200, (await node.AskAsync(headers: ("Authorization", "Bearer sk-none"))).Status);
    }

    [Fact]
    public async Task MoreAtOnceThanAKeyMay_AreRefused_AndPlacesComeBack()
    {
        TaskCompletionSource goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedBackend backend = new((plan, cancellation) => WaitAsync(plan, goOn.Task, cancellation));
        await using NodeFixture node = await ChatNode.StartAsync(backend, new ChatModelLimits { Concurrent = 2, ConcurrentPerKey = 1 });
        Task<(int Status, string Body, HttpResponseMessage Response)> first = node.AskAsync(ChatNode.Streamed());
        while (Volatile.Read(ref backend.Running) == 0)
        {
            await Task.Delay(5);
        }

        (int status, string body, HttpResponseMessage response) = await node.AskAsync();
        Assert.Equal((429, "chat/key-busy"), (status, body.Code()));
        Assert.Equal("rate_limit_error", body.Json().GetProperty("error").GetProperty("type").GetString());
        Assert.Equal("1", response.Headers.GetValues("Retry-After").Single());
        goOn.SetResult();
        Assert.Equal(200, (await first).Status);
        Assert.Equal(200, (await node.AskAsync()).Status);
    }

    [Fact]
    public void OneModelsPlaces_AreThoseOfAllKeysTogether()
    {
        using ChatModel model = ChatNode.Model(limits: new ChatModelLimits { Concurrent = 2, ConcurrentPerKey = 2 });
        Assay.Node.Keys.ApiKey a = new("a", null), b = new("b", null), c = new("c", null);
        Assert.Null(model.TryEnter(a));
        Assert.Null(model.TryEnter(b));
        Assert.Equal("chat/busy", model.TryEnter(c)?.Code);
        model.Leave(a);
        Assert.Null(model.TryEnter(c));
    }

    [Fact]
    public async Task Models_AreListedAsOpenAIsClientsReadThem()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        JsonElement list = (await node.SendAsync(HttpMethod.Get, "/v1/models")).Body.Json();
        Assert.Equal("list", list.GetProperty("object").GetString());
        JsonElement[] data = [.. list.GetProperty("data").EnumerateArray()];
        Assert.Equal(["echo", "tiny"], data.Select(static model => model.GetProperty("id").GetString()));
        Assert.All(data, static model => Assert.Equal("model", model.GetProperty("object").GetString()));
        Assert.All(data, static model => Assert.Equal("test.example/log", model.GetProperty("owned_by").GetString()));
        Assert.Equal(1_700_000_000, data[0].GetProperty("created").GetInt64());
        Assert.Equal("tiny", list.GetProperty("models")[0].GetProperty("name").GetString());
        JsonElement one = (await node.SendAsync(HttpMethod.Get, "/v1/models/echo")).Body.Json();
        Assert.Equal("chat", one.GetProperty("kind").GetString());
        Assert.Equal(["signed"], one.GetProperty("levels").EnumerateArray().Select(static level => level.GetString()));
        Assert.Equal(4096, one.GetProperty("context_length").GetInt32());
        JsonElement tiny = (await node.SendAsync(HttpMethod.Get, "/v1/models/tiny")).Body.Json();
        Assert.Equal("tiny", tiny.GetProperty("id").GetString());
        Assert.Equal("tiny", tiny.GetProperty("name").GetString());
    }

    [Fact]
    public async Task AChatModelWithTheNameOfAnother_StopsTheStart()
    {
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(() => NodeFixture.StartAsync(chat: new ChatCatalog([ChatNode.Model(name: "tiny")])));
        Assert.Contains("'tiny'", e.Message, StringComparison.Ordinal);
    }

    private static (int Status, string Code) Of((int Status, string Body, HttpResponseMessage Response) reply) => (reply.Status, reply.Body.Code());

    private static async IAsyncEnumerable<ChatEvent> WaitAsync(ChatPlan plan, Task goOn, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await goOn.WaitAsync(cancellation);
        await foreach (ChatEvent item in ScriptedBackend.Say(plan, ["a"], cancellation))
        {
            yield return item;
        }
    }
}
