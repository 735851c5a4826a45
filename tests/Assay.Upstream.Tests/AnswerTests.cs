using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Upstream.Tests;

public sealed class AnswerTests
{
    [Fact]
    public async Task An_answer_comes_piece_by_piece_with_all_that_the_upstream_says_of_itself()
    {
        string[] events =
        [
            Runs.Piece("""{"role":"assistant","content":"","refusal":null}""", more: ""","system_fingerprint":"fp_9","service_tier":"default" """),
            Runs.Said("Hel"), Runs.Said("lo"), Runs.End(), Runs.Usage("""{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0}}"""),
        ];
        await using Runs run = new Runs().Add(exchange => exchange.StreamAsync(events));
        await run.RunAsync();
        Assert.Equal(["Hel", "lo", null], run.Events.Select(static item => item.Content));
        Assert.Equal("stop", run.Events[^1].FinishReason);
        Assert.Equal(new ChatUsage(3, 2), run.Report.Usage);
        Assert.Equal(["withheld service_tier", "withheld usage.prompt_tokens_details"], run.Report.Mutations);
        UpstreamWord word = run.Report.Upstream!;
        Assert.Equal((run.Options.Servers[0].Address.GetLeftPart(UriPartial.Authority), "m-1", "fp_9", "req_1", 1), (word.Origin, word.Model, word.Fingerprint, word.RequestId, word.Attempt));
        Assert.Null(word.Certificate);
        Assert.Equal(Digest32.Sha256(run.Seen.Single().Body), word.Sent);
        Assert.Equal(Digest32.Sha256(Encoding.UTF8.GetBytes(string.Join('\n', [.. events, "[DONE]\n"]))), word.Received);
        Assert.NotNull(UpstreamWord.TryRead(word.Text));
    }

    [Fact]
    public async Task What_is_sent_is_the_callers_raw_texts_and_parameters_and_nothing_else()
    {
        const string Message = """{ "role":"user",  "content":"\u0041 \"},{\"role\":\"system\"" }""", Tools = """[ {"type":"function","function":{"name":"f","parameters":{"type" : "object"}}}]""";
        const string Format = """{ "type":"json_schema","json_schema":{"name":"n","schema":{}} }""";
        string body = $$$"""{"model":"m-1@signed","user":"u","store":false,"messages":[{{{Message}}}],"tools":{{{Tools}}},"tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{{{Format}}},"temperature":0.70,"max_completion_tokens":9,"stop":"\n\"","seed":-7,"logit_bias":{"5":1.5},"n":1,"verification":"signed","stream":false}""";
        await using Runs run = new Runs().Add(static exchange => exchange.StreamAsync(Runs.Said("x"), Runs.End()), key: static () => "sk-secret");
        await run.RunAsync(body);
        ScriptedExchange seen = run.Seen.Single();
        string sent = Encoding.UTF8.GetString(seen.Body);
        Assert.Equal("/v1/chat/completions", seen.Path);
        Assert.Equal("Bearer sk-secret", seen.Headers["Authorization"]);
        Assert.Contains($"\"messages\":[{Message}]", sent, StringComparison.Ordinal);
        Assert.Contains($"\"tools\":{Tools}", sent, StringComparison.Ordinal);
        Assert.Contains($"\"response_format\":{Format}", sent, StringComparison.Ordinal);
        JsonElement root = StrictJson.TryParse(seen.Body, 1 << 16, 16)!.Value;
        string[] names = ["model", "messages", "tools", "response_format", "logit_bias", "max_completion_tokens", "n", "stop", "temperature", "tool_choice", "seed", "stream", "stream_options"];
        Assert.Equal(names.Order(), root.EnumerateObject().Select(static member => member.Name).Order());
        Assert.Equal(("m-1", -7, 0.7, true), (root.GetProperty("model").GetString(), root.GetProperty("seed").GetInt32(), root.GetProperty("temperature").GetDouble(), root.GetProperty("stream").GetBoolean()));
        Assert.Equal("f", root.GetProperty("tool_choice").GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("\n\"", root.GetProperty("stop")[0].GetString());
    }

    [Fact]
    public async Task Tools_come_in_fragments_of_several_calls_at_once()
    {
        await using Runs run = new Runs().Add(static exchange => exchange.StreamAsync(
            Runs.Piece("""{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"""),
            Runs.Piece("""{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{"}}]}"""),
            Runs.Piece("""{"tool_calls":[{"index":0,"function":{"arguments":"{}"}},{"index":1,"id":"b","function":{"name":"g","arguments":"}"}}]}"""),
            Runs.End("tool_calls")));
        await run.RunAsync();
        Assert.Equal(
            [new ChatToolFragment(0, "a", "f", ""), new ChatToolFragment(1, "b", "g", "{"), new ChatToolFragment(0, null, null, "{}"), new ChatToolFragment(1, null, null, "}")],
            run.Events.Where(static item => item.Tool is not null).Select(static item => item.Tool!));
        Assert.Equal("tool_calls", run.Events[^1].FinishReason);
    }

    [Fact]
    public async Task Choices_reasoning_refusals_and_logprobs_are_handed_on()
    {
        const string Logprobs = """{"content":[{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[{"token":"a","logprob":-0.5,"bytes":[97]},{"token":"b","logprob":-1.5,"bytes":null}]}],"refusal":null}""";
        await using Runs run = new Runs().Add(static exchange => exchange.StreamAsync(
            Runs.Piece("""{"reasoning_content":"hm"}"""),
            Runs.Piece("""{"content":"a"}""", logprobs: Logprobs),
            Runs.Piece("""{"refusal":"no"}""", index: 1),
            Runs.End("length", 1),
            Runs.End()));
        await run.RunAsync("""{"model":"m-1","messages":[{"role":"user","content":"hi"}],"n":2,"logprobs":true,"top_logprobs":2}""");
        Assert.Equal("hm", run.Events[0].Reasoning);
        ChatTokenLogprob token = run.Events[1].Logprobs!.Single();
        Assert.Equal(("a", -0.5, "b"), (token.Token, token.Logprob, token.Top[1].Token));
        Assert.Equal((true, false), (token.Top[0].Bytes is not null, token.Top[1].Bytes is not null));
        Assert.Equal(("no", 1), (run.Events[2].Refusal, run.Events[2].Choice));
        Assert.Equal(["stop", "length"], run.Events.Where(static item => item.FinishReason is not null).OrderBy(static item => item.Choice).Select(static item => item.FinishReason!));
    }

    [Theory]
    [InlineData("service_tier", "\"flex\"")]
    [InlineData("provider", "\"somebody else\"")]
    [InlineData("timings", "{\"a\":1}")]
    [InlineData("x_groq", "{\"id\":\"r\"}")]
    [InlineData("prompt_token_ids", "[1]")]
    public async Task What_says_how_an_answer_was_made_is_named_too(string name, string raw)
    {
        await using Runs run = new Runs().Add(exchange => exchange.StreamAsync(Runs.Piece("""{"content":"a"}""", "stop", more: $",\"{name}\":{raw}")));
        await run.RunAsync();
        Assert.Equal(["withheld " + name], run.Report.Mutations);
    }

    [Fact]
    public async Task What_stands_beside_the_counts_of_tokens_is_named()
    {
        await using Runs run = new Runs().Add(static exchange => exchange.StreamAsync(
            Runs.Piece("""{"content":"a"}""", "stop"),
            Runs.Usage("""{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"cost":0.01,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":null}""")));
        await run.RunAsync();
        Assert.Equal(3, run.Report.Usage!.PromptTokens);
        Assert.Equal(["withheld usage.cost", "withheld usage.prompt_tokens_details"], run.Report.Mutations);
    }

    [Fact]
    public async Task Members_that_nobody_hands_on_are_named_once()
    {
        await using Runs run = new Runs().Add(static exchange => exchange.StreamAsync(
            Runs.Piece("""{"content":"a","annotations":[{"type":"url"}],"audio":{"data":"x"},"reasoning":""}""", more: ""","citations":["u"],"x y\n":1,"obfuscation":"zz" """),
            Runs.Piece("""{"content":"b","annotations":[{"type":"url"}]}""", more: ""","citations":["u"] """),
            Runs.End()));
        await run.RunAsync();
        Assert.Equal(["withheld citations", "withheld others", "withheld annotations", "withheld audio"], run.Report.Mutations);
    }

    [Theory]
    [InlineData("""{"prompt_tokens":-3,"completion_tokens":2,"total_tokens":-1}""", null, "withheld usage")]
    [InlineData("""{"prompt_tokens":3,"completion_tokens":1000000,"total_tokens":1000003}""", null, "withheld usage")]
    [InlineData("""{"prompt_tokens":3.5,"completion_tokens":2,"total_tokens":5.5}""", null, "withheld usage")]
    [InlineData("\"many\"", null, "withheld usage")]
    [InlineData("""{"prompt_tokens":3,"completion_tokens":2,"total_tokens":99}""", 5L, "withheld total_tokens")]
    [InlineData("""{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}""", 5L, null)]
    public async Task A_count_of_tokens_that_cant_be_true_isnt_handed_on(string usage, long? total, string? mutation)
    {
        await using Runs run = new Runs().Add(exchange => exchange.StreamAsync(Runs.Said("x"), Runs.End(), Runs.Usage(usage)));
        await run.RunAsync("""{"model":"m-1","messages":[{"role":"user","content":"hi"}],"max_tokens":10}""");
        Assert.Equal(total, run.Report.Usage is { } read ? read.PromptTokens + read.CompletionTokens : null);
        Assert.Equal(mutation is null ? [] : [mutation], run.Report.Mutations);
    }

    [Fact]
    public async Task Completions_and_embeddings_are_passed_on()
    {
        await using Runs run = new Runs().Add(static exchange => exchange.Path == "/v1/completions"
            ? exchange.StreamAsync(
                """{"id":"c","object":"text_completion","model":"m-1","choices":[{"index":0,"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[-1],"top_logprobs":[{"a":-1,"b":-2}],"text_offset":[0]},"finish_reason":null}]}""",
                """{"id":"c","object":"text_completion","model":"m-1","choices":[{"index":1,"text":"","finish_reason":"length"},{"index":0,"text":"","finish_reason":"stop"}]}""")
            : exchange.AnswerAsync(200, """{"object":"list","data":[{"object":"embedding","index":1,"embedding":[3,4]},{"object":"embedding","index":0,"embedding":"AACAPwAAAEA="}],"model":"m-1","usage":{"prompt_tokens":2,"total_tokens":2}}"""));
        await run.RunAsync("""{"model":"m-1","prompt":["p","q"],"logprobs":2}""", ChatKind.Completion);
        Assert.Equal("a", run.Text);
        Assert.Equal(2, run.Events[0].Logprobs!.Single().Top.Count);
        Assert.Contains("\"prompt\":[\"p\",\"q\"]", Encoding.UTF8.GetString(run.Seen.First().Body), StringComparison.Ordinal);
        Assert.Contains("\"logprobs\":2", Encoding.UTF8.GetString(run.Seen.First().Body), StringComparison.Ordinal);
        await run.RunAsync("""{"model":"m-1","input":["p","q"],"encoding_format":"base64"}""", ChatKind.Embedding);
        Assert.Equal([1f, 2f], run.Events[0].Embedding!.Value.ToArray());
        Assert.Equal([3f, 4f], run.Events[1].Embedding!.Value.ToArray());
        Assert.Equal(new ChatUsage(2, 0), run.Report.Usage);
        Assert.Equal("""{"model":"m-1","input":["p","q"],"encoding_format":"base64"}""", Encoding.UTF8.GetString(run.Seen.Last().Body));
    }

    [Fact]
    public async Task Line_ends_comments_marks_and_other_fields_change_nothing()
    {
        await using Runs run = new Runs().Add(static async exchange =>
        {
            await exchange.BeginAsync("text/event-stream; charset=utf-8");
            await exchange.WriteAsync("\uFEFF: hello\r\rid: 1\r\nevent: message\r\nretry: 5\r\ndata:" + Runs.Said("a") + "\r");
            await exchange.WriteAsync("\n\r\n: ping\n\ndata: " + Runs.Said("b") + "\r\rdata: " + Runs.End() + "\n\ndata: [DONE]");
        });
        await run.RunAsync();
        Assert.Equal("ab", run.Text);
    }
}
