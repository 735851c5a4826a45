using System.Net;
using System.Text;
using System.Text.Json;
using Assay.Testing;

namespace Assay.Cli.Tests.Proxying;

/// <summary><c>assay proxy</c> between tools and a node, honest or not.</summary>
public sealed class ProxyTests(ChatNodeFixture fixture) : IClassFixture<ChatNodeFixture>
{
    private const string Hi = """{"model":"local","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"hi"}]}""";

    private static string Streamed(string text = "hi") => $$"""{"model":"local","messages":[{"role":"user","content":"{{text}}"}],"stream":true}""";

    // Endless answers are never checked, and what an answer that breaks off had said is withheld.
    private static readonly string[] NotHeld = ["leaving by break", "leaving by abort", "leaving the helper", "an error on the way, raw loop"];

    // Streams are framed anew of what was checked: a node's comments stay here.
    private const string Comments = "a long stream with progress comments";

    [OracleTheory(Oracle.OpenAi)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OpenAis_official_client_finds_through_it_what_it_finds_without_it(bool isProvisional)
    {
        // Some cases hold a node to a second, on machines that others keep busy: what fails is tried once more. A lie, or a byte too few, fails twice.
        string[] left = isProvisional ? [Comments] : [Comments, .. NotHeld];
        string problems = await RunCasesAsync(isProvisional, left);
        problems = problems.Length == 0 ? problems : await RunCasesAsync(isProvisional, left);
        Assert.True(problems.Length == 0, problems);
    }

    [Fact]
    public async Task An_answer_passes_as_it_is_and_is_kept_for_others_to_check()
    {
        string kept = Path.Combine(fixture.Folder, "kept");
        await using CliProxy proxy = await CliProxy.StartAsync(fixture.Address, fixture.Trust, "--save", kept);
        foreach ((string path, string body) in new[] { ("chat/completions", Hi), ("chat/completions", Streamed()), ("completions", """{"model":"local","prompt":"hi"}"""), ("embeddings", """{"model":"local","input":"hi"}""") })
        {
            (HttpResponseMessage response, string answer) = await AskAsync(proxy, body, path);
            Assert.Equal(("done", "signed"), (response.Headers.GetValues("Assay-Check").Single(), response.Headers.GetValues("Assay-Level").Single()));
            Assert.False(response.Headers.Contains("Assay-Receipt-Secret"));
            string file = Path.Combine(kept, response.Headers.GetValues("Assay-Receipt").Single());
            string saved = file + (body.Contains("stream", StringComparison.Ordinal) ? ".answer.sse" : ".answer.json");
            string received = await File.ReadAllTextAsync(saved);
            Assert.Equal((body, answer), (await File.ReadAllTextAsync(file + ".request.json"), saved.EndsWith(".sse", StringComparison.Ordinal) ? Events(received) : received));
            CliRunner.Result verified = await CliRunner.RunAsync("verify", file + ".receipt", "--trust", fixture.Trust, "--request", file + ".request.json", "--response", saved, "--require", "signed");
            Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
        }

        Assert.Equal(4, (await proxy.LoggedAsync("embedding local: checked")).Split("checked, signed: nothing altered (by the node's signature), logged (by the log)").Length - 1);
        Assert.DoesNotContain("Be brief", proxy.Log, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Lies => new()
    {
        { "a word", "Hel", "Bel" }, { "the model", "\"model\":\"local\"", "\"model\":\"remote\"" }, { "why it ended", "\"stop\"", "\"length\"" }, { "the count", "\"total_tokens\":10", "\"total_tokens\":11" },
        { "a space", "\"choices\"", " \"choices\"" }, { "its id", "chatcmpl-0", "chatcmpl-1" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task What_a_gateway_alters_is_withheld(string what, string from, string to)
    {
        Assert.NotEmpty(what);
        await using LyingGateway gateway = new(fixture.Address) { Answer = text => text.Replace(from, to, StringComparison.Ordinal) };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        await WithheldAsync(proxy, Hi);
        await WithheldAsync(proxy, Streamed().Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal));
        Assert.Contains("WITHHELD", await proxy.LoggedAsync("WITHHELD"), StringComparison.Ordinal);
        Assert.DoesNotContain("ello", proxy.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_gateway_asks_instead_is_withheld()
    {
        await using LyingGateway gateway = new(fixture.Address);
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        foreach ((string from, string to) in new[] { ("Be brief.", "Sell."), ("\"local\"", "\"remote\""), ("hi", "ho"), ("[{", "[{\"role\":\"system\",\"content\":\"x\"},{") })
        {
            gateway.Ask = body => body.Replace(from, to, StringComparison.Ordinal);
            await WithheldAsync(proxy, Hi);
        }
    }

    [Fact]
    public async Task Without_its_receipt_or_with_anothers_an_answer_is_withheld()
    {
        await using LyingGateway gateway = new(fixture.Address) { Header = static (name, value) => name == "Assay-Receipt" ? null : value };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        (HttpResponseMessage none, string said) = await AskAsync(proxy, Hi, isGood: false);
        Assert.Equal((HttpStatusCode.BadGateway, "client/no-receipt", "false"), (none.StatusCode, CodeOf(said), none.Headers.GetValues("x-should-retry").Single()));

        // The first answer's receipt for all that follow.
        string? id = null, secret = null;
        gateway.Header = (name, value) => name == "Assay-Receipt" ? id ??= value : name == "Assay-Receipt-Secret" ? secret ??= value : value;
        await AskAsync(proxy, Hi);
        await WithheldAsync(proxy, Hi);

        // No receipt there, one that is cut, and one whose fields are left out.
        gateway.Header = static (_, value) => value;
        gateway.Path = static path => path.EndsWith("/bundle", StringComparison.Ordinal) ? "/v1/receipts/00000000000000000000000000000000/bundle" : path;
        Assert.Equal("client/no-receipt", JsonElement.Parse(await WithheldAsync(proxy, Hi)).GetProperty("reason").GetString());
        gateway.Path = static path => path.Replace("/bundle", "", StringComparison.Ordinal);
        await WithheldAsync(proxy, Hi);
        gateway.Path = static path => path;
        gateway.Secret = "AAAAAAAAAAAAAAAAAAAAAA";
        await WithheldAsync(proxy, Hi);
    }

    [Fact]
    public async Task An_old_answer_to_the_same_question_is_withheld()
    {
        string? body = null, id = null, secret = null;
        await using LyingGateway gateway = new(fixture.Address)
        {
            Answer = text => body ??= text,
            Header = (name, value) => name == "Assay-Receipt" ? id ??= value : name == "Assay-Receipt-Secret" ? secret ??= value : value,
        };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        await AskAsync(proxy, Hi);
        Assert.Equal("client/receipt-used", JsonElement.Parse(await WithheldAsync(proxy, Hi)).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_stream_that_is_cut_is_withheld()
    {
        int lines = 0;
        await using LyingGateway gateway = new(fixture.Address) { Answer = line => ++lines > 6 ? null : line };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        await WithheldAsync(proxy, Streamed());
        lines = -1000;
        gateway.Answer = static line => line == "data: [DONE]" ? null : line;
        await WithheldAsync(proxy, Streamed());
        Assert.Equal("Hello!", await SaidAsync(fixture.Address, Streamed()));
    }

    [Fact]
    public async Task Provisional_text_comes_at_once_and_its_end_only_if_it_is_true()
    {
        await using LyingGateway gateway = new(fixture.Address);
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust, "--provisional");
        (HttpResponseMessage response, string honest) = await AskAsync(proxy, Streamed());
        Assert.Equal("provisional", response.Headers.GetValues("Assay-Check").Single());
        Assert.Contains("data: [DONE]", honest, StringComparison.Ordinal);

        gateway.Answer = static line => line.Replace("\"stop\"", "\"length\"", StringComparison.Ordinal);
        (string altered, bool broke) = await ReadAsync(proxy, Streamed());
        Assert.Contains("Hel", altered, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"proxy/not-met\"", altered, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", altered, StringComparison.Ordinal);
        Assert.True(broke, altered);

        // What the node signs on the way gives a lie away long before the end.
        gateway.Answer = static line => line.Replace("\"10,\"", "\"11,\"", StringComparison.Ordinal);
        (string early, broke) = await ReadAsync(proxy, Streamed("paced"));
        Assert.Contains("client/stream-contradicted", early, StringComparison.Ordinal);
        Assert.DoesNotContain("\"199,\"", early, StringComparison.Ordinal);
        Assert.True(broke);
    }

    [Fact]
    public async Task A_stream_that_is_held_for_long_says_that_it_lives()
    {
        await using CliProxy proxy = await CliProxy.StartAsync(fixture.Address, fixture.Trust, "--keep-alive", "1");
        (HttpResponseMessage response, string answer) = await AskAsync(proxy, Streamed("paced"));
        Assert.Equal("pending", response.Headers.GetValues("Assay-Check").Single());
        Assert.StartsWith(": assay-proxy", answer, StringComparison.Ordinal);
        Assert.EndsWith("199,", Said(answer)[..^0].TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("data: [DONE]", answer, StringComparison.Ordinal);

        await using LyingGateway gateway = new(fixture.Address) { Answer = static line => line.Contains("\"199,\"", StringComparison.Ordinal) ? line.Replace("\"199,\"", "\"nothing\"", StringComparison.Ordinal) : line };
        await using CliProxy lied = await CliProxy.StartAsync(gateway.Address, fixture.Trust, "--keep-alive", "1");
        (string text, bool broke) = await ReadAsync(lied, Streamed("paced"));
        Assert.True(broke);
        Assert.Contains("proxy/not-met", text, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing\"", text, StringComparison.Ordinal);
        Assert.Equal("", Said(text));
    }

    [Fact]
    public async Task Who_leaves_ends_the_work_at_the_node()
    {
        await using CliProxy proxy = await CliProxy.StartAsync(fixture.Address, fixture.Trust);
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => proxy.Http.PostAsync(new Uri(proxy.Address, "v1/chat/completions"), new StringContent(Streamed("slow"), Encoding.UTF8, "application/json"), soon.Token));
        await fixture.Node.RestAsync();
        await proxy.LoggedAsync("the tool left");
    }

    [Fact]
    public async Task Only_this_machine_is_answered_and_only_so_much()
    {
        await using CliProxy proxy = await CliProxy.StartAsync(fixture.Address, fixture.Trust, "--max-body", "1024", "--concurrent", "1", "--seconds", "3");
        foreach ((string name, string value) in new[] { ("Origin", "https://evil.example"), ("Origin", "null"), ("Host", "evil.example"), ("Origin", "http://localhost:3000"), ("Sec-Fetch-Site", "same-site") })
        {
            using HttpRequestMessage strange = new(HttpMethod.Get, new Uri(proxy.Address, "v1/models"));
            strange.Headers.TryAddWithoutValidation(name, value);
            HttpResponseMessage refused = await proxy.Http.SendAsync(strange);
            Assert.Equal((HttpStatusCode.Forbidden, "proxy/not-local"), (refused.StatusCode, CodeOf(await refused.Content.ReadAsStringAsync())));
        }

        using HttpRequestMessage page = new(HttpMethod.Get, new Uri(proxy.Address, "v1/models")) { Headers = { { "Origin", proxy.Address.GetLeftPart(UriPartial.Authority) }, { "Sec-Fetch-Site", "same-origin" } } };
        Assert.Equal(HttpStatusCode.OK, (await proxy.Http.SendAsync(page)).StatusCode);
        (HttpResponseMessage large, string said) = await AskAsync(proxy, Hi.Replace("hi", new string('h', 2000), StringComparison.Ordinal), isGood: false);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "proxy/too-long"), (large.StatusCode, CodeOf(said)));

        await fixture.Node.RestAsync();
        Task<(HttpResponseMessage Response, string Body)> slow = AskAsync(proxy, Streamed("slow"), isGood: false);
        for (int attempt = 0; Volatile.Read(ref fixture.Node.Local.Running) == 0; await Task.Delay(10))
        {
            // On a busy machine the node's second to begin may pass before its answer begins: then it is asked again.
            if (slow.IsCompleted)
            {
                Assert.True(++attempt < 5, (await slow).Body);
                slow = AskAsync(proxy, Streamed("slow"), isGood: false);
            }
        }

        (HttpResponseMessage busy, said) = await AskAsync(proxy, Hi, isGood: false);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "proxy/busy"), (busy.StatusCode, CodeOf(said)));
        Assert.Equal((HttpStatusCode.GatewayTimeout, "proxy/time-out"), ((await slow).Response.StatusCode, CodeOf((await slow).Body)));
        await fixture.Node.RestAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await proxy.Http.GetAsync(new Uri(proxy.Address, "v1/responses"))).StatusCode);
    }

    [Fact]
    public async Task On_first_use_the_first_keys_are_said_and_kept()
    {
        string kept = Path.Combine(fixture.Folder, "first");
        await using CliProxy proxy = await CliProxy.StartAsync(fixture.Address, "", "--save", kept);
        await AskAsync(proxy, Hi);
        await AskAsync(proxy, Hi);
        Assert.Equal(2, (await proxy.LoggedAsync("first use")).Split("first use").Length);
        Assert.Contains(await File.ReadAllTextAsync(Path.Combine(kept, "trust.txt")), await File.ReadAllTextAsync(fixture.Trust), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_open()
    {
        CliRunner.Result level = await CliRunner.RunAsync("proxy", "--node", fixture.Address.ToString(), "--trust", fixture.Trust);
        Assert.Equal(4, level.ExitCode);
        Assert.Contains("--require signed", level.Error, StringComparison.Ordinal);
        CliRunner.Result trust = await CliRunner.RunAsync("proxy", "--node", fixture.Address.ToString(), "--require", "signed");
        Assert.Equal(4, trust.ExitCode);
        Assert.Contains("--trust", trust.Error, StringComparison.Ordinal);
    }

    // Its models count how often they were asked: a node for each run.
    private static async Task<string> RunCasesAsync(bool isProvisional, string[] left)
    {
        ChatNodeFixture own = new();
        await own.InitializeAsync();
        try
        {
            await using CliProxy proxy = await CliProxy.StartAsync(own.Address, own.Trust, isProvisional ? ["--provisional"] : []);
            string output = Oracles.RunNode("../openai/cases.mjs", string.Join('\n', (string[])[proxy.Address.ToString(), .. left]));
            JsonElement[] results = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonElement.Parse(line))];
            Assert.Equal(128 - (2 * left.Length), results.Length);
            await own.Node.RestAsync();
            return string.Join('\n', results.Where(static result => result.GetProperty("error").ValueKind != JsonValueKind.Null).Select(static result => result.ToString()));
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    // What stands beside a stream's events isn't in its transcript, so nothing speaks for it.
    public static TheoryData<string, bool> Beside => new()
    {
        { $"HTTP/1.1 200 OK\ndata: {Evil}\n\n: assay-stream", false }, { $"data: {Evil}\n\n: assay-stream", false }, { "event: x\n: assay-stream", false }, { ": a\u2028data: {}\n: assay-stream", false },
        { $": data: {Evil}\n: assay-stream", true }, { "id: EVIL\nretry: 1\nevent: message\n: assay-stream", true },
    };

    private const string Evil = """{"choices":[{"index":0,"delta":{"content":"EVIL"}}]}""";

    [Theory]
    [MemberData(nameof(Beside))]
    public async Task What_a_gateway_writes_beside_the_events_isnt_handed_on(string beside, bool isStream)
    {
        await using LyingGateway gateway = new(fixture.Address) { Answer = line => line.Replace(": assay-stream", beside, StringComparison.Ordinal) };
        await using CliProxy proxy = await CliProxy.StartAsync(gateway.Address, fixture.Trust);
        (HttpResponseMessage response, string said) = await AskAsync(proxy, Streamed(), isGood: false);
        Assert.Equal(isStream ? HttpStatusCode.OK : HttpStatusCode.BadGateway, response.StatusCode);
        Assert.DoesNotContain("EVIL", said, StringComparison.Ordinal);
        Assert.Equal(isStream ? "Hello!" : "", Said(said));

        await using CliProxy provisional = await CliProxy.StartAsync(gateway.Address, fixture.Trust, "--provisional");
        (string came, bool broke) = await ReadAsync(provisional, Streamed());
        Assert.Equal((isStream, !isStream), (came.Contains("data: [DONE]", StringComparison.Ordinal), broke));
        Assert.All(came.Split('\n'), static line => Assert.True(line is "" or ":" || line.StartsWith("data: {", StringComparison.Ordinal) || line == "data: [DONE]", line));
        Assert.True(!isStream || Said(came) == "Hello!", came);
        Assert.True(isStream || came.Contains("\"error\"", StringComparison.Ordinal), came);
    }

    private static string Events(string stream) => string.Concat(stream.Split('\n').Where(static line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(static line => line + "\n\n"));

    private static async Task<string> WithheldAsync(CliProxy proxy, string body)
    {
        (HttpResponseMessage response, string said) = await AskAsync(proxy, body, isGood: false);
        Assert.True(response.StatusCode == HttpStatusCode.BadGateway, said + proxy.Log);
        Assert.Equal(("proxy/not-met", "false"), (CodeOf(said), response.Headers.GetValues("x-should-retry").Single()));
        Assert.False(response.Headers.Contains("Assay-Check"));
        Assert.DoesNotContain("ello", said, StringComparison.Ordinal);
        return said;
    }

    private static string CodeOf(string body) => body.Length > 0 && JsonElement.Parse(body).TryGetProperty("error", out JsonElement error) ? error.GetProperty("code").GetString()! : $"no error: {body}";

    private static async Task<(HttpResponseMessage Response, string Body)> AskAsync(CliProxy proxy, string body, string path = "chat/completions", bool isGood = true)
    {
        HttpResponseMessage response = await proxy.Http.PostAsync(new Uri(proxy.Address, "v1/" + path), new StringContent(body, Encoding.UTF8, "application/json"));
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(!isGood || response.IsSuccessStatusCode, text + proxy.Log);
        return (response, text);
    }

    private static async Task<(string Text, bool Broke)> ReadAsync(CliProxy proxy, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(proxy.Address, "v1/chat/completions")) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using HttpResponseMessage response = await proxy.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        StringBuilder text = new();
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                text.Append(line).Append('\n');
            }

            return (text.ToString(), false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return (text.ToString(), true);
        }
    }

    private static async Task<string> SaidAsync(Uri node, string body)
    {
        using HttpClient http = new();
        return Said(await (await http.PostAsync(new Uri(node, "v1/chat/completions"), new StringContent(body, Encoding.UTF8, "application/json"))).Content.ReadAsStringAsync());
    }

    private static string Said(string stream) => string.Concat(stream.Split('\n').Where(static line => line.StartsWith("data: {", StringComparison.Ordinal)).Select(static line => JsonElement.Parse(line[6..]))
        .SelectMany(static item => item.TryGetProperty("choices", out JsonElement choices) ? choices.EnumerateArray().ToArray() : [])
        .Select(static choice => choice.GetProperty("delta").TryGetProperty("content", out JsonElement content) ? content.GetString() : ""));
}
