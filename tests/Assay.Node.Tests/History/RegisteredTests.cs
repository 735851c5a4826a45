using System.Text;
using System.Text.Json;
using Assay.Node.Keys;
using Assay.Node.Tests.Chatting;
using Assay.Primitives;

namespace Assay.Node.Tests.History;

/// <summary>Prompts and tool sets registered by name and version, and closed applications (spec/history.md).</summary>
public sealed class RegisteredTests
{
    private const string Tools = """[{"type":"function","function":{"name":"look","parameters":{"type":"object","properties":{"a":{"type":"number"}}}}}]""";

    [Fact]
    public async Task Versions_AreNumbered_AndNeverChange()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            await using (NodeFixture node = await ChatNode.StartAsync(folder: folder))
            {
                Assert.Equal((200, 1), Version(await node.PutAsync("/v1/applications/shop/prompts/support", "\"Be brief.\"")));
                Assert.Equal((200, 1), Version(await node.PutAsync("/v1/applications/shop/prompts/support", """[ {"content":"Be brief.","role":"system"} ]""")));
                Assert.Equal((200, 2), Version(await node.PutAsync("/v1/applications/shop/prompts/support", "\"Be long.\"")));
                Assert.Equal((200, 3), Version(await node.PutAsync("/v1/applications/shop/prompts/support", "\"Be brief.\"")));
                Assert.Equal((200, 1), Version(await node.PutAsync("/v1/applications/shop/tools/set", Tools)));
            }

            await using NodeFixture again = await ChatNode.StartAsync(folder: folder);
            JsonElement versions = (await again.GetAsync("/v1/applications/shop/prompts/support")).GetProperty("versions");
            Assert.Equal(3, versions.GetArrayLength());
            Assert.Equal("""[{"role":"system","content":"Be long."}]""", (await again.GetAsync("/v1/applications/shop/prompts/support/2")).GetProperty("content").GetString());
            Assert.Equal("support", Assert.Single((await again.GetAsync("/v1/applications/shop/prompts")).GetProperty("prompts").EnumerateArray()).GetProperty("name").GetString());
            Assert.Equal(Tools, (await again.GetAsync("/v1/applications/shop/tools/set/1")).GetProperty("content").GetString());
            (int status, string body, _) = await again.SendAsync(HttpMethod.Get, "/v1/applications/shop/prompts/support/4");
            Assert.Equal((404, "application/no-version"), (status, body.Json().GetProperty("code").GetString()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("prompts", "[]")]
    [InlineData("prompts", "{}")]
    [InlineData("prompts", "nonsense")]
    [InlineData("prompts", "\"\\ud800\"")]
    [InlineData("prompts", """[{"role":"user","content":"x"}]""")]
    [InlineData("prompts", """[{"role":"system"}]""")]
    [InlineData("prompts", """[],"tools":[]""")]
    [InlineData("prompts", """[{"role":"system","content":"a","content":"b"}]""")]
    [InlineData("tools", "\"text\"")]
    [InlineData("tools", "[]")]
    [InlineData("tools", """[{"type":"retrieval"}]""")]
    public async Task WhatNoRequestCouldCarry_IsntTaken(string kind, string body)
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, JsonElement json) = await node.PutAsync($"/v1/applications/shop/{kind}/p", body);
        Assert.Equal((400, "application/content"), (status, json.GetProperty("code").GetString()));
        (status, json) = await node.PutAsync($"/v1/applications/shop/{kind}/P!", body);
        Assert.Equal((400, "application/name"), (status, json.GetProperty("code").GetString()));
        Assert.Empty((await node.GetAsync("/v1/applications")).GetProperty("applications").EnumerateArray());
    }

    [Fact]
    public async Task ATextThatIsTooLong_IsRefused()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, _) = await node.PutAsync("/v1/applications/shop/prompts/p", "\"" + new string('a', 1 << 20) + "\"");
        Assert.Equal(413, status);
    }

    [Fact]
    public async Task PlainText_IsAPrompt()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Put, new Uri(node.Host.Address, "/v1/applications/shop/prompts/p")) { Content = new StringContent("Say \"no\".\nAlways.", Encoding.UTF8, "text/plain") };
        using HttpResponseMessage response = await node.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("""[{"role":"system","content":"Say \"no\".\nAlways."}]""", (await node.GetAsync("/v1/applications/shop/prompts/p/1")).GetProperty("content").GetString());
    }

    [Fact]
    public async Task AClosedApplication_TakesRegisteredContentAlone_AndNamesTheNearest()
    {
        ScriptedBackend backend = new();
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            await using (NodeFixture node = await ChatNode.StartAsync(backend, folder: folder))
            {
                (int before, string none, _) = await CloseAndAskAsync(node, Shop.Body());
                Assert.Equal((422, "application/not-registered"), (before, none.Code()));
                await node.PutAsync("/v1/applications/shop/prompts/greeting", "\"Say hello to everybody.\"");
                await node.PutAsync("/v1/applications/shop/prompts/support", "\"Be brief.\"");
                await node.PutAsync("/v1/applications/shop/tools/set", Tools);
                Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body()));
            }

            await using NodeFixture again = await ChatNode.StartAsync(backend, folder: folder);
            int ended = backend.Ended;
            (int status, string body, HttpResponseMessage response) = await again.AskAsync(Shop.Body("Be brief!"));
            Assert.Equal((422, "application/not-registered"), (status, body.Code()));
            Assert.Contains("support@1", body, StringComparison.Ordinal);
            Assert.False(response.Headers.Contains("Assay-Receipt"));
            foreach (string more in new[] { ",\"tools\":" + Tools.Replace("look", "take", StringComparison.Ordinal), ",\"tools\":" + Tools.Replace("\"a\"", "\"b\"", StringComparison.Ordinal) })
            {
                (status, body, _) = await again.AskAsync(Shop.Body(more: more));
                Assert.Equal((422, "application/not-registered"), (status, body.Code()));
                Assert.Contains("set@1", body, StringComparison.Ordinal);
            }

            // A name is text that the model may be told: it counts.
            (status, body, _) = await again.AskAsync(Shop.Body().Replace("\"role\":\"system\",", "\"role\":\"system\",\"name\":\"evil\",", StringComparison.Ordinal));
            Assert.Equal((422, "application/not-registered"), (status, body.Code()));
            Assert.Equal(ended, backend.Ended);

            // Another spelling of the same, and nothing at all.
            Assert.NotNull(await again.RelationAsync(Shop.Body(more: ",\"tools\":" + Tools.Replace(":{", ": {", StringComparison.Ordinal))));
            Assert.NotNull(await again.RelationAsync("""{"model":"echo","messages":[{"role":"user","content":"Hi"}],"application":"shop"}"""));
            Assert.NotNull(await again.RelationAsync(Shop.Body("anything", application: "other")));
            await again.PutAsync("/v1/applications/shop", """{"closed":false}""");
            Assert.NotNull(await again.RelationAsync(Shop.Body("anything")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static async Task<(int, string, HttpResponseMessage)> CloseAndAskAsync(NodeFixture node, string body)
        {
            Assert.Equal(200, (await node.PutAsync("/v1/applications/shop", """{"closed":true}""")).Status);
            return await node.AskAsync(body);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"closed":1}""")]
    [InlineData("""{"closed":true,"open":true}""")]
    [InlineData("""{"closed":true,"closed":false}""")]
    public async Task ClosingTakesOneWord(string body)
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        (int status, JsonElement json) = await node.PutAsync("/v1/applications/shop", body);
        Assert.Equal((400, "application/content"), (status, json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task AKeyOfOneApplication_IsThatApplications_WhateverItSays()
    {
        string folder = Directory.CreateTempSubdirectory("assay-history-").FullName;
        try
        {
            string file = Path.Combine(folder, "keys.json");
            string bound = Add(file, new ApiKey("shop-server", null) { Application = "shop", MayRegister = false });
            string free = Add(file, new ApiKey("team", null));
            await using NodeFixture node = await ChatNode.StartAsync(keyFile: file);
            Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body(application: null), Bearer(bound)));
            Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body(), Bearer(bound)));
            (int status, string body, _) = await node.AskAsync(Shop.Body(application: "other"), headers: Bearer(bound));
            Assert.Equal((403, "application/not-allowed"), (status, body.Code()));
            foreach ((string path, string content) in new[] { ("/v1/applications/shop", """{"closed":false}"""), ("/v1/applications/shop/prompts/p", "\"x\"") })
            {
                (int put, JsonElement json) = await node.PutAsync(path, content, Bearer(bound));
                Assert.Equal((403, "application/not-allowed"), (put, json.GetProperty("code").GetString()));
            }

            // Each key has its own, and sees nobody else's.
            Assert.Equal("application shop#1", await node.RelationAsync(Shop.Body("mine"), Bearer(free)));
            JsonElement mine = await node.GetAsync("/v1/applications/shop/history", Bearer(free));
            Assert.Contains("mine", mine.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("Be brief.", mine.GetRawText(), StringComparison.Ordinal);
            (int unseen, string unknown, _) = await node.SendAsync(HttpMethod.Get, "/v1/applications/nothing/history", null, Bearer(free));
            Assert.Equal((404, "application/unknown"), (unseen, unknown.Json().GetProperty("code").GetString()));
            Assert.Equal(401, (await node.SendAsync(HttpMethod.Get, "/v1/applications/shop/history")).Status);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Strangers who share what callers without a key have don't read each other's prompts.</summary>
    [Fact]
    public async Task WithoutKeys_OnANetwork_TextsArentShown()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        await node.RelationAsync(Shop.Body("a secret of mine", ",\"stop\":\"another secret\""));
        await node.RelationAsync(Shop.Body("a secret of mine"));
        await node.RelationAsync(Shop.Body("a secret of mine", ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"thirdsecret\",\"schema\":{\"type\":\"object\"}}}"));
        Assert.Contains("a secret of mine", (await node.GetAsync("/v1/applications/shop/history")).GetRawText(), StringComparison.Ordinal);
        string page = Encoding.UTF8.GetString(await node.Host.Applications.Endpoints!.PageAsync(ApiKey.Anonymous, "shop", 0, amongOwn: false, CancellationToken.None));
        JsonElement configurations = page.Json().GetProperty("configurations");
        Assert.Equal(3, configurations.GetArrayLength());
        Assert.DoesNotContain("a secret of mine", page, StringComparison.Ordinal);
        Receipts.Bundle[] shown = [.. configurations.EnumerateArray().Select(static one => Receipts.Bundle.TryDecode(System.Buffers.Text.Base64Url.DecodeFromChars(one.GetProperty("receipt").GetString()), out _)!)];
        Assert.Equal(Receipts.LeafState.Redacted, shown[0].Claims.State(Receipts.ClaimRegistry.RequestSampling));
        Assert.True(shown[0].Encode().AsSpan().IndexOf("another secret"u8) < 0);
        Assert.NotNull(shown[1].Claims.Text(Receipts.ClaimRegistry.RequestSampling));
        Assert.Equal(Receipts.LeafState.Redacted, shown[2].Claims.State(Receipts.ClaimRegistry.RequestResponseFormat));
        Assert.True(shown[2].Encode().AsSpan().IndexOf("thirdsecret"u8) < 0);
    }

    private static (string, string) Bearer(string secret) => ("Authorization", "Bearer " + secret);

    private static string Add(string file, ApiKey key)
    {
        string secret = ApiKeySecret.Create();
        Assert.True(ApiKeySecret.TryDigest(secret, out Digest32 digest));
        ApiKeyFileEditor.Add(file, key, digest);
        return secret;
    }

    private static (int, int) Version((int Status, JsonElement Json) answer) => (answer.Status, answer.Json.GetProperty("version").GetInt32());
}
