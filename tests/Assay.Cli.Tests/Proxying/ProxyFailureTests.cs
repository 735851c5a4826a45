using System.Net;
using System.Text;
using System.Text.Json;

namespace Assay.Cli.Tests.Proxying;

/// <summary><c>assay proxy</c> where something fails after the node has answered, and where pages ask that shouldn't.</summary>
public sealed class ProxyFailureTests(ChatNodeFixture fixture) : IClassFixture<ChatNodeFixture>
{
    private const string Hi = """{"model":"local","messages":[{"role":"user","content":"hi"}]}""";
    private const string Streamed = """{"model":"local","messages":[{"role":"user","content":"hi"}],"stream":true}""";

    [Theory]
    [InlineData(Hi, ".answer.json")]
    [InlineData(Streamed, ".answer.sse")]
    public async Task An_answer_whose_receipt_cant_be_fetched_is_kept_withheld_and_asked_for_once(string body, string ending)
    {
        string kept = Path.Combine(fixture.Folder, Path.GetRandomFileName());
        int fetched = 0;
        await using LyingGateway gateway = new(fixture.Address) { Drops = path => path.EndsWith("/bundle", StringComparison.Ordinal) && ++fetched > 0 };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust, "--save", kept);
        using HttpResponseMessage response = await AskAsync(proxy, body);
        string said = await response.Content.ReadAsStringAsync();

        // A client that asks again by itself would pay again.
        Assert.Equal((HttpStatusCode.BadGateway, "false", false), (response.StatusCode, Header(response, "x-should-retry"), response.Headers.Contains("Retry-After")));
        Assert.Equal(("proxy/not-met", "client/no-receipt"), (JsonElement.Parse(said).GetProperty("error").GetProperty("code").GetString(), JsonElement.Parse(said).GetProperty("reason").GetString()));
        Assert.True(fetched > 1, "it wasn't tried again");
        Assert.Equal(1, gateway.Posts);

        string request = Assert.Single(Directory.GetFiles(kept, "*.request.json"));
        Assert.Equal(body, await File.ReadAllTextAsync(request));
        Assert.Contains("Hel", await File.ReadAllTextAsync(request.Replace(".request.json", ending, StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(kept, "*.receipt"));
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(kept))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(kept));
        }
    }

    [Fact]
    public async Task A_connection_that_drops_once_or_twice_does_no_harm()
    {
        int fetched = 0;
        await using LyingGateway gateway = new(fixture.Address) { Drops = path => path.EndsWith("/bundle", StringComparison.Ordinal) && ++fetched <= 2 };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        using HttpResponseMessage response = await AskAsync(proxy, Hi);
        Assert.Equal((HttpStatusCode.OK, "done"), (response.StatusCode, Header(response, "Assay-Check")));
        Assert.Equal(1, gateway.Posts);
    }

    [Fact]
    public async Task What_is_given_up_on_the_way_is_kept_too()
    {
        string kept = Path.Combine(fixture.Folder, Path.GetRandomFileName());
        await using LyingGateway gateway = new(fixture.Address) { Answer = static line => line.Replace("\"10,\"", "\"11,\"", StringComparison.Ordinal) };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust, "--save", kept);
        using HttpResponseMessage response = await AskAsync(proxy, Streamed.Replace("\"hi\"", "\"paced\"", StringComparison.Ordinal));
        Assert.Equal("client/stream-contradicted", JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("reason").GetString());
        Assert.Contains("\"11,\"", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(kept, "*.answer.sse"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_stream_at_all_is_kept_too()
    {
        string kept = Path.Combine(fixture.Folder, Path.GetRandomFileName());
        await using LyingGateway gateway = new(fixture.Address) { Answer = static line => line.Replace("data: ", "event: other\ndata: ", StringComparison.Ordinal) };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust, "--save", kept);
        using HttpResponseMessage response = await AskAsync(proxy, Streamed);
        Assert.Equal((HttpStatusCode.BadGateway, "false"), (response.StatusCode, Header(response, "x-should-retry")));
        Assert.Contains("event: other", await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(kept, "*.answer.sse"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_first_use_are_never_written_over_others()
    {
        string kept = Directory.CreateDirectory(Path.Combine(fixture.Folder, Path.GetRandomFileName())).FullName, old = Path.Combine(kept, "trust.txt");
        await File.WriteAllTextAsync(old, "# somebody's\n");
        for (int run = 0; run < 2; run++)
        {
            await using CliProxy proxy = await CliProxy.StartAsync(fixture.Address, "", "--save", kept);
            using HttpResponseMessage response = await AskAsync(proxy, Hi);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Contains("trust-2.txt", await proxy.LoggedAsync("first use"), StringComparison.Ordinal);
        }

        Assert.Equal("# somebody's\n", await File.ReadAllTextAsync(old));
        Assert.Contains(await File.ReadAllTextAsync(Path.Combine(kept, "trust-2.txt")), await File.ReadAllTextAsync(fixture.Trust), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(kept, "trust*").Length);
    }

    [Theory]
    [InlineData("req-\u00e9")]
    [InlineData("req\u0001")]
    public async Task A_header_of_the_node_that_cant_be_passed_on_is_left_out(string id)
    {
        await using LyingGateway gateway = new(fixture.Address) { Header = (name, value) => name.Equals("x-request-id", StringComparison.OrdinalIgnoreCase) ? id : value };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        using HttpResponseMessage response = await AskAsync(proxy, Hi);
        Assert.Equal((HttpStatusCode.OK, false), (response.StatusCode, response.Headers.Contains("x-request-id")));

        using HttpResponseMessage refused = await AskAsync(proxy, Hi.Replace("local", "nobody", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.NotFound, false), (refused.StatusCode, refused.Headers.Contains("x-request-id")));
    }

    [Fact]
    public async Task Pages_of_other_servers_on_this_machine_are_strangers()
    {
        await using CliProxy proxy = await CliProxy.StartAsync(fixture.Address, fixture.Trust);
        int port = proxy.Address.Port;
        foreach (string origin in new[] { $"http://127.0.0.1:{port + 1}", "http://127.0.0.1", $"https://127.0.0.1:{port}", $"http://localhost:{port}", $"http://127.0.0.2:{port}", $"http://127.0.0.1:{port}/", $"http://x@127.0.0.1:{port}", "" })
        {
            using HttpRequestMessage page = Post(proxy, Hi, "application/json");
            page.Headers.TryAddWithoutValidation("Origin", origin);
            using HttpResponseMessage refused = await proxy.Http.SendAsync(page);
            Assert.True(refused.StatusCode == HttpStatusCode.Forbidden, origin);
        }

        using HttpRequestMessage own = Post(proxy, Hi, "application/json");
        own.Headers.TryAddWithoutValidation("Origin", $"http://127.0.0.1:{port}");
        Assert.Equal(HttpStatusCode.OK, (await proxy.Http.SendAsync(own)).StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain; application/json")]
    [InlineData("application/json, text/plain")]
    [InlineData(null)]
    public async Task What_a_page_may_send_without_asking_is_no_question(string? type)
    {
        await using LyingGateway gateway = new(fixture.Address);
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        using HttpRequestMessage page = Post(proxy, Hi, type);
        using HttpResponseMessage refused = await proxy.Http.SendAsync(page);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "proxy/type", 0), (refused.StatusCode, JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("error").GetProperty("code").GetString(), gateway.Posts));
    }

    private static HttpRequestMessage Post(CliProxy proxy, string body, string? type)
    {
        ByteArrayContent content = new(Encoding.UTF8.GetBytes(body));
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return new HttpRequestMessage(HttpMethod.Post, new Uri(proxy.Address, "v1/chat/completions")) { Content = content };
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;

    private static async Task<HttpResponseMessage> AskAsync(CliProxy proxy, string body)
    {
        using HttpRequestMessage request = Post(proxy, body, "application/json; charset=utf-8");
        return await proxy.Http.SendAsync(request);
    }
}
