using System.Net.Sockets;
using System.Text;
using Assay.Files;
using Assay.Node.Keys;

namespace Assay.Node.Tests.Keys;

/// <summary>API keys as callers meet them.</summary>
public sealed class ApiKeyHttpTests
{
    private const string Body = """{"verification":"signed","inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}""";
    private const string Two = """{"verification":"signed","inputs":[{"name":"x","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]}]}""";

    private static (string, string) Authorization => ("Authorization", "Bearer " + ApiKeySamples.Secret);

    [Fact]
    public async Task ACallerWithoutAKey_IsRefusedBeforeItsBodyIsRead()
    {
        await using NodeFixture node = await StartAsync("");
        Assert.Contains("HTTP/1.1 401", await HalfARequestAsync(node, ""), StringComparison.Ordinal);
        Assert.Contains("key_unknown", await HalfARequestAsync(node, $"Authorization: Bearer {ApiKeySamples.Other}\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestsOverTheRate_Get429AndWhenToComeBack_AndNoReceipt()
    {
        await using NodeFixture node = await StartAsync(""","limits":{"requestsPerMinute":3}""");
        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 24).Select(async _ => (await InferAsync(node)).Status));
        Assert.Equal((3, 21), (statuses.Count(static s => s == 200), statuses.Count(static s => s == 429)));
        (int status, string body, HttpResponseMessage response) = await InferAsync(node);
        Assert.Equal(429, status);
        Assert.Contains("\"code\":\"key_rate_limited\"", body, StringComparison.Ordinal);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 20);
        Assert.False(response.Headers.Contains("Assay-Receipt"));
    }

    [Fact]
    public async Task RequestsThatAreStillBeingSent_CountAsConcurrent()
    {
        await using NodeFixture node = await StartAsync(""","limits":{"concurrent":2}""");
        using (TcpClient first = await OpenRequestAsync(node))
        using (TcpClient second = await OpenRequestAsync(node))
        {
            // The node asks for the body only of a request that it let in.
            await ReadUntilAsync(first, "100 Continue");
            await ReadUntilAsync(second, "100 Continue");
            (int status, string body, _) = await InferAsync(node);
            Assert.Equal(429, status);
            Assert.Contains("key_concurrency_limited", body, StringComparison.Ordinal);
        }

        await UntilAsync(async () => (await InferAsync(node)).Status == 200);
    }

    [Fact]
    public async Task ACallerLearnsHowFarItsKeyHasCome_AndNobodyElseDoes()
    {
        await using NodeFixture node = await StartAsync("", [TestModels.Serve()]);
        Assert.Equal(401, (await node.SendAsync(HttpMethod.Get, "/v1/keys/self/counter")).Status);
        Assert.Contains("\"counter\":0,\"logIndex\":null", (await node.SendAsync(HttpMethod.Get, "/v1/keys/self/counter", null, Authorization)).Body, StringComparison.Ordinal);
        await InferAsync(node);
        await InferAsync(node);
        Assert.Equal("""{"key":"team","origin":"test.example/log","counter":2,"logIndex":2}""", (await node.SendAsync(HttpMethod.Get, "/v1/keys/self/counter", null, Authorization)).Body);
    }

    [Fact]
    public async Task AModelThatTheKeyMayNotCall_Is403_AndNamesThoseItMay()
    {
        string id = TestModels.Tiny().Id.ToString();
        await using NodeFixture node = await StartAsync(""","models":["other","gone"]""", [TestModels.Serve(), TestModels.Serve("other")]);
        (int status, string body, _) = await InferAsync(node);
        Assert.Equal(403, status);
        Assert.Contains("\"code\":\"model_not_allowed\"", body, StringComparison.Ordinal);
        Assert.Contains("\"alternatives\":[\"other\"]", body, StringComparison.Ordinal);
        Assert.Equal(200, (await InferAsync(node, model: "other")).Status);
        Assert.Equal(404, (await InferAsync(node, model: "nothing")).Status);
        await using NodeFixture byId = await StartAsync($$""","models":["{{id}}"]""");
        Assert.Equal(200, (await InferAsync(byId)).Status);
    }

    [Fact]
    public async Task AKeysOwnLimitsOfBodyAndBatch_HoldBelowTheNodes()
    {
        await using NodeFixture node = await StartAsync(""","limits":{"batch":1,"bodyBytes":200}""");
        Assert.Equal(200, (await InferAsync(node)).Status);
        (int status, string body, _) = await InferAsync(node, Two);
        Assert.Equal(413, status);
        Assert.Contains("your API key may send 1", body, StringComparison.Ordinal);
        Assert.Contains("body_too_large", (await InferAsync(node, Body + new string(' ', 200))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreConnectionsThanTheNodeTakes_AreClosed()
    {
        await using NodeFixture node = await NodeFixture.StartAsync(options: static o => o with { MaximumConnections = 2 });
        using TcpClient first = await OpenRequestAsync(node, "");
        using TcpClient second = await OpenRequestAsync(node, "");
        await ReadUntilAsync(first, "100 Continue");
        await ReadUntilAsync(second, "100 Continue");
        using TcpClient third = new();
        await third.ConnectAsync(node.Host.Address.Host, node.Host.Address.Port);
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        int read = await third.GetStream().ReadAsync(new byte[1], limit.Token).AsTask().ContinueWith(static t => t.IsCompletedSuccessfully ? t.Result : 0, TaskScheduler.Default);
        Assert.Equal(0, read);
        Assert.False(limit.IsCancellationRequested);
    }

    [Fact]
    public async Task RevokingInTheFile_StopsARunningNode()
    {
        await using NodeFixture node = await StartAsync("");
        Assert.Equal(200, (await InferAsync(node)).Status);
        ApiKeyFileEditor.Revoke(Path.Combine(node.Folder, "api-keys.json"), "team", TimeProvider.System.GetUtcNow());
        await UntilAsync(async () => (await InferAsync(node)).Status == 401);
        Assert.Equal("Bearer", (await InferAsync(node)).Response.Headers.WwwAuthenticate.ToString());
    }

    private static Task<NodeFixture> StartAsync(string restrictions, IEnumerable<Serving.ServedModel>? models = null) => NodeFixture.StartAsync(models, options: options =>
    {
        string path = Path.Combine(options.Folder, "api-keys.json");
        OwnerOnlyFile.Write(path, ApiKeySamples.File(restrictions));
        return options with { KeyFile = path };
    });

    private static Task<(int Status, string Body, HttpResponseMessage Response)> InferAsync(NodeFixture node, string body = Body, string model = "tiny") =>
        node.SendAsync(HttpMethod.Post, $"/v2/models/{model}/infer", body, Authorization);

    // Headers that promise a body which doesn't come.
    private static async Task<TcpClient> OpenRequestAsync(NodeFixture node, string? header = null)
    {
        TcpClient client = new();
        await client.ConnectAsync(node.Host.Address.Host, node.Host.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v2/models/tiny/infer HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100\r\n{header ?? $"Authorization: Bearer {ApiKeySamples.Secret}\r\n"}\r\n"));
        return client;
    }

    private static async Task<string> HalfARequestAsync(NodeFixture node, string header)
    {
        using TcpClient client = await OpenRequestAsync(node, header);
        string answer = await ReadUntilAsync(client, "\"alternatives\"");
        Assert.DoesNotContain("100 Continue", answer, StringComparison.Ordinal);
        return answer;
    }

    private static async Task<string> ReadUntilAsync(TcpClient client, string text)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        StringBuilder seen = new();
        byte[] buffer = new byte[4096];
        while (!seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            int read = await client.GetStream().ReadAsync(buffer, limit.Token);
            Assert.NotEqual(0, read);
            seen.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return seen.ToString();
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (int i = 0; i < 2400; i++)
        {
            if (await condition())
            {
                return;
            }

            await Task.Delay(25);
        }

        Assert.Fail("It didn't happen within a minute.");
    }
}
