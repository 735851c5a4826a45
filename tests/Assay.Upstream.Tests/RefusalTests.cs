using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Assay.Chat;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Upstream.Tests;

/// <summary>Refusals, failovers, connections and options.</summary>
public sealed class RefusalTests
{
    private const string Leak = "Incorrect API key provided: sk-secret. Ask acct_77.";

    [Theory]
    [InlineData(401, UpstreamCodes.Refused, 502)]
    [InlineData(403, UpstreamCodes.Refused, 502)]
    [InlineData(404, UpstreamCodes.Refused, 502)]
    [InlineData(302, UpstreamCodes.Refused, 502)]
    [InlineData(307, UpstreamCodes.Refused, 502)]
    [InlineData(204, UpstreamCodes.Refused, 502)]
    [InlineData(429, UpstreamCodes.Busy, 429)]
    [InlineData(408, UpstreamCodes.Unavailable, 503)]
    [InlineData(500, UpstreamCodes.Unavailable, 503)]
    [InlineData(503, UpstreamCodes.Unavailable, 503)]
    [InlineData(413, ChatCodes.TooLong, 400)]
    [InlineData(400, UpstreamCodes.Rejected, 400)]
    [InlineData(422, UpstreamCodes.Rejected, 400)]
    public async Task Refusals_say_what_they_are_and_nothing_of_the_upstreams_own_words(int status, string code, int told)
    {
        string body = $$$"""{"error":{"message":"{{{Leak}}}","type":"t","param":"temperature","code":"invalid_value"}}""";
        await using Runs elsewhere = new Runs().Add(static exchange => exchange.StreamAsync(Runs.Said("x"), Runs.End()));
        await using Runs run = new Runs().Add(exchange => exchange.AnswerAsync(status, status == 204 ? "" : body, "application/json", $"Location: {elsewhere.Options.Servers[0].Address}", "Retry-After: 7"), key: static () => "sk-secret");
        ChatBackendException failure = await run.FailAsync(code);
        Assert.Equal(told, failure.Status);
        Assert.DoesNotContain("sk-", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("acct", failure.Message, StringComparison.Ordinal);
        Assert.Equal(status == 429 ? 7 : null, failure.RetryAfterSeconds);
        Assert.Equal(code == UpstreamCodes.Refused, failure.IsFinal);
        Assert.Equal(code == UpstreamCodes.Rejected, failure.Message.Contains("'temperature'", StringComparison.Ordinal));
        Assert.Empty(elsewhere.Seen);
    }

    [Theory]
    [InlineData("""{"error":{"code":"context_length_exceeded","message":""}}""")]
    [InlineData("""{"error":{"message":"This model's maximum context length is 4096 tokens"}}""")]
    public async Task A_request_that_is_too_long_there_is_too_long(string body)
    {
        await using Runs run = new Runs().Add(exchange => exchange.AnswerAsync(400, body)).Add(static exchange => exchange.StreamAsync(Runs.Said("x"), Runs.End()));
        Assert.Equal(400, (await run.FailAsync(ChatCodes.TooLong)).Status);
    }

    [Fact]
    public async Task A_refusal_without_end_is_cut()
    {
        await using Runs run = new Runs().Add(static async exchange =>
        {
            exchange.IsClosed = true;
            await exchange.WriteAsync("HTTP/1.1 500 X\r\nConnection: close\r\n\r\n");
            for (string piece = new('x', 1 << 16); ;)
            {
                await exchange.WriteAsync(piece);
            }
        });
        await run.FailAsync(UpstreamCodes.Unavailable);
    }

    [Fact]
    public async Task The_next_upstream_is_asked_only_before_the_first_piece_and_each_failure_is_named()
    {
        await using Runs run = new Runs()
            .Add(new UpstreamServer { Address = new Uri("http://127.0.0.1:9/v1"), Model = Runs.Model })
            .Add(static exchange => exchange.AnswerAsync(500, "{}"), key: static () => "first")
            .Add(static exchange => exchange.StreamAsync(Runs.Piece("""{"role":"assistant"}""", more: ""","citations":["x"] """), "garbage"))
            .Add(static exchange => exchange.StreamAsync(Runs.Piece("""{"content":"other"}""", model: "m-9"), Runs.End()))
            .Add(static exchange => exchange.StreamAsync(Runs.Piece("""{"content":"b"}""", "stop", model: "m-2")), "m-2", static () => "last");
        await run.RunAsync();
        Assert.Equal("b", run.Text);
        string[] origins = [.. run.Options.Servers.Select(static server => server.Address.GetLeftPart(UriPartial.Authority))];
        Assert.Equal(
            [$"failover {origins[0]} upstream/unreachable", $"failover {origins[1]} upstream/unavailable", $"failover {origins[2]} upstream/broken", $"failover {origins[3]} upstream/model-differs", "changed model \"m-2\""],
            run.Report.Mutations);
        Assert.Equal((origins[4], 5, "m-2"), (run.Report.Upstream!.Origin, run.Report.Upstream.Attempt, run.Report.Upstream.Model));
        Assert.Equal(["Bearer first", "", "", "Bearer last"], run.Seen.Select(static exchange => exchange.Headers.GetValueOrDefault("Authorization", "")));

        await using Runs late = new Runs().Add(static exchange => exchange.StreamAsync(Runs.Said("a"), "garbage")).Add(static exchange => exchange.StreamAsync(Runs.Said("b"), Runs.End()));
        await late.FailAsync(UpstreamCodes.Broken);
        Assert.Equal("a", late.Text);
        Assert.Single(late.Seen);
    }

    [Fact]
    public async Task The_certificate_of_the_connection_that_was_used_is_in_the_word_also_when_it_is_used_again()
    {
        using X509Certificate2 certificate = NewCertificate();
        await using ScriptedServer server = new(static exchange => exchange.StreamAsync(Runs.Said("x"), Runs.End()), certificate);
        await using Runs run = new Runs().Add(new UpstreamServer { Address = server.Address, Model = Runs.Model });
        run.Options = run.Options with { Authorities = [certificate] };
        using UpstreamBackend backend = UpstreamBackend.Create(run.Options);
        for (int i = 0; i < 3; i++)
        {
            await run.RunAsync(backend);
            Assert.Equal(Digest32.Sha256(certificate.RawData), run.Report.Upstream!.Certificate);
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_ends_it()
    {
        using X509Certificate2 certificate = NewCertificate(), other = NewCertificate();
        await using ScriptedServer server = new(static exchange => exchange.StreamAsync(Runs.Said("x"), Runs.End()), certificate);
        await using Runs system = new Runs().Add(new UpstreamServer { Address = server.Address, Model = Runs.Model });
        await system.FailAsync(UpstreamCodes.Unreachable);
        await using Runs named = new Runs().Add(new UpstreamServer { Address = server.Address, Model = Runs.Model });
        named.Options = named.Options with { Authorities = [other] };
        await named.FailAsync(UpstreamCodes.Unreachable);
        await using Runs host = new Runs().Add(new UpstreamServer { Address = new UriBuilder(server.Address) { Host = "localhost" }.Uri, Model = Runs.Model });
        host.Options = host.Options with { Authorities = [certificate] };
        await host.FailAsync(UpstreamCodes.Unreachable);
    }

    [Theory]
    [InlineData("http://example.com/v1")]
    [InlineData("https://user:secret@example.com/v1")]
    [InlineData("https://example.com/v1?key=secret")]
    [InlineData("https://example.com/v1#x")]
    [InlineData("ftp://127.0.0.1/v1")]
    public void Addresses_that_would_give_something_away_are_refused(string address)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => UpstreamBackend.Create(new UpstreamOptions { Servers = [new UpstreamServer { Address = new Uri(address), Model = "m" }] }));
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a b")]
    [InlineData("")]
    public async Task A_key_that_cant_be_a_header_isnt_sent(string key)
    {
        await using Runs run = new Runs().Add(static exchange => exchange.StreamAsync(Runs.Said("x"), Runs.End()), key: () => key);
        Assert.DoesNotContain("Evil", (await run.FailAsync(UpstreamCodes.Refused)).Message, StringComparison.Ordinal);
        Assert.Empty(run.Seen);
    }

    [Theory]
    [InlineData("top_k", "\"top_k\":5")]
    [InlineData("seed", "\"seed\":5")]
    [InlineData("tools", """ "tools":[{"type":"function","function":{"name":"f"}}]""")]
    [InlineData("response_format", """ "response_format":{"type":"json_object"}""")]
    public void What_the_operator_says_has_no_effect_there_is_refused(string name, string member)
    {
        using UpstreamBackend backend = UpstreamBackend.Create(new UpstreamOptions { Servers = [new UpstreamServer { Address = new Uri("https://example.com/v1"), Model = "m" }], Unsupported = new HashSet<string> { name } });
        Assert.Null(backend.Plan(Read($$"""{"model":"m","messages":[{"role":"user","content":"x"}],{{member}}}"""), out ChatFault? fault));
        Assert.Equal((ChatCodes.Unsupported, name), (fault!.Code, fault.Param));
        ChatPlan plan = backend.Plan(Read("""{"model":"own@signed","user":"u","store":false,"messages":[{"role":"user","content":"x"}]}"""), out _)!;
        Assert.Equal(["dropped store", "dropped user", "changed model \"m\""], plan.Mutations);
        Assert.Equal("{}", plan.Sampling);
    }

    [Fact]
    public void Every_code_is_in_the_documents()
    {
        string text = File.ReadAllText(Path.Combine(Oracles.RepositoryRoot, "docs", "errors.md"));
        Assert.All(typeof(UpstreamCodes).GetFields(BindingFlags.Public | BindingFlags.Static), field => Assert.Contains($"`{field.GetRawConstantValue()}`", text, StringComparison.Ordinal));
    }

    private static ChatRequest Read(string body) => ChatRequestReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(body), out _)!;

    private static X509Certificate2 NewCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=upstream", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
