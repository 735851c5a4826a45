using System.Text;
using Assay.Chat;

namespace Assay.Upstream.Tests;

/// <summary>What an upstream may do that is out of its mind, or out to harm.</summary>
public sealed class HostileTests
{
    private static readonly string A = Runs.Said("a");

    /// <summary>Streams that are no answers; each is sent whole, with [DONE] unless it says otherwise.</summary>
    public static TheoryData<string, string[]> NoAnswers => new()
    {
        { "two models in one stream", [A, Runs.Piece("""{"content":"b"}""", model: "m-2"), Runs.End()] },
        { "another answer all of a sudden", [A, A.Replace("\"c1\"", "\"c2\"", StringComparison.Ordinal), Runs.End()] },
        { "a tool call before the one ahead of it", [Runs.Piece("""{"tool_calls":[{"index":1,"id":"b","function":{"name":"g","arguments":""}}]}"""), Runs.End("tool_calls")] },
        { "a tool call without id", [Runs.Piece("""{"tool_calls":[{"index":0,"function":{"name":"g","arguments":""}}]}"""), Runs.End("tool_calls")] },
        { "a tool call that changes its name", [Runs.Piece("""{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}},{"index":0,"function":{"name":"g"}}]}"""), Runs.End()] },
        { "a tool call without index", [Runs.Piece("""{"tool_calls":[{"id":"b","function":{"name":"g"}}]}"""), Runs.End("tool_calls")] },
        { "too many tool calls", [Runs.Piece("""{"tool_calls":[{"index":100000,"id":"b","function":{"name":"g"}}]}"""), Runs.End("tool_calls")] },
        { "a choice that there can't be", [A, Runs.Piece("""{"content":"b"}""", index: 1), Runs.End()] },
        { "a negative choice", [Runs.Piece("""{"content":"b"}""", index: -1), Runs.End()] },
        { "a huge choice", [Runs.Piece("""{"content":"b"}""", index: int.MaxValue), Runs.End()] },
        { "no end", [A] },
        { "an end for no known reason", [A, Runs.End("error")] },
        { "more after the end", [A, Runs.End(), Runs.Said("b")] },
        { "two ends", [A, Runs.End(), Runs.End()] },
        { "a bare NaN", [Runs.Piece("""{"content":"a"}""", logprobs: """{"content":[{"token":"a","logprob":NaN}]}""")] },
        { "a quoted NaN", [Runs.Piece("""{"content":"a"}""", logprobs: """{"content":[{"token":"a","logprob":"NaN"}]}""")] },
        { "an infinite logprob", [Runs.Piece("""{"content":"a"}""", logprobs: """{"content":[{"token":"a","logprob":-1e999}]}""")] },
        { "a probability above one", [Runs.Piece("""{"content":"a"}""", logprobs: """{"content":[{"token":"a","logprob":2}]}""")] },
        { "a token of no bytes", [Runs.Piece("""{"content":"a"}""", logprobs: """{"content":[{"token":"a","logprob":-1,"bytes":[256]}]}""")] },
        { "a member twice", ["""{"id":"c1","model":"m-1","choices":[{"index":0,"delta":{"content":"a","content":"b"}}]}"""] },
        { "half a surrogate pair", [Runs.Piece("""{"content":"\ud800"}""")] },
        { "no object", ["[1]"] },
        { "no JSON", ["hello"] },
        { "no data", [""] },
        { "too deep", [new string('[', 5000)] },
        { "content that is no text", [Runs.Piece("""{"content":["a"]}""")] },
        { "no choices", ["""{"id":"c1","model":"m-1"}"""] },
        { "no model", ["""{"id":"c1","choices":[{"index":0,"delta":{"content":"a"}}]}"""] },
        { "somebody else speaks", [Runs.Piece("""{"role":"user","content":"a"}""")] },
        { "a function call of old", [Runs.Piece("""{"function_call":{"name":"f"}}"""), Runs.End("function_call")] },
        { "an error", [A, """{"error":{"message":"sk-upstream is out of money","code":500}}"""] },
        { "nothing but the end", [] },
    };

    [Theory]
    [MemberData(nameof(NoAnswers))]
    public async Task No_answer_comes_of_what_isnt_one(string what, string[] events)
    {
        await using Runs run = new Runs().Add(exchange => exchange.StreamAsync(events));
        ChatBackendException failure = await run.FailAsync(what == "two models in one stream" ? UpstreamCodes.ModelChanged : UpstreamCodes.Broken, """{"model":"m-1","messages":[{"role":"user","content":"hi"}]}""");
        Assert.DoesNotContain("sk-", failure.Message, StringComparison.Ordinal);
        Assert.Equal(502, failure.Status);
        Assert.NotNull(run.Report.Upstream!.Received);
    }

    [Theory]
    [InlineData("m-1-mini")]
    [InlineData("m-12")]
    [InlineData("m-1-7b")]
    [InlineData("m-1-v2")]
    [InlineData("m-1-405")]
    [InlineData("m")]
    [InlineData("M-1")]
    public async Task Another_model_than_was_asked_for_is_refused_before_anything_is_handed_on(string model)
    {
        await using Runs run = new Runs().Add(exchange => exchange.StreamAsync(Runs.Piece("""{"content":"a"}""", model: model), Runs.End()));
        await run.FailAsync(UpstreamCodes.ModelDiffers);
        Assert.Empty(run.Events);
    }

    [Theory]
    [InlineData("m-1-2026-01-31")]
    [InlineData("m-1-0613")]
    public async Task A_dated_name_of_the_same_model_is_taken(string model)
    {
        await using Runs run = new Runs().Add(exchange => exchange.StreamAsync(Runs.Piece("""{"content":"a"}""", "stop", model: model)));
        await run.RunAsync();
        Assert.Equal(("a", model), (run.Text, run.Report.Upstream!.Model));
    }

    [Fact]
    public async Task A_stream_that_is_cut_after_its_last_choice_isnt_whole()
    {
        await using Runs run = new Runs().Add(static async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync($"data: {A}\n\ndata: {Runs.End()}\n\n");
        });
        Assert.Contains("broke off", (await run.FailAsync(UpstreamCodes.Broken)).Message, StringComparison.Ordinal);
        Assert.Equal("a", run.Text);
    }

    [Fact]
    public async Task An_error_event_breaks_off()
    {
        await using Runs run = new Runs().Add(static async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync($"data: {A}\n\nevent: error\ndata: {Runs.Said("b")}\n\ndata: {Runs.End()}\n\ndata: [DONE]\n\n");
        });
        await run.FailAsync(UpstreamCodes.Broken);
        Assert.Equal("a", run.Text);
    }

    [Fact]
    public async Task A_line_without_end_is_given_up_at_its_bound()
    {
        await using Runs run = new Runs().Add(static async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync("data: ");
            for (string piece = new('x', 1 << 16); ;)
            {
                await exchange.WriteAsync(piece);
            }
        });
        run.Options = run.Options with { MaxLineBytes = 1 << 17 };
        Assert.Contains("131072", (await run.FailAsync(UpstreamCodes.Broken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_event_comments_without_end_and_too_many_events_are_given_up()
    {
        await using (Runs huge = new Runs().Add(static exchange => exchange.StreamAsync(Runs.Said(new string('x', 5000)), Runs.End())))
        {
            huge.Options = huge.Options with { MaxLineBytes = 4096 };
            await huge.FailAsync(UpstreamCodes.Broken);
        }

        await using (Runs many = new Runs().Add(static exchange => exchange.StreamAsync([.. Enumerable.Repeat(A, 50), Runs.End()])))
        {
            many.Options = many.Options with { MaxEvents = 20 };
            await many.FailAsync(UpstreamCodes.Broken);
            Assert.Equal(20, many.Events.Count);
        }

        await using Runs comments = new Runs().Add(static async exchange =>
        {
            await exchange.BeginAsync();
            while (true)
            {
                await exchange.WriteAsync(": ping\n\n");
                await Task.Delay(20, exchange.Stopping);
            }
        });
        comments.Options = comments.Options with { First = TimeSpan.FromSeconds(0.3) };
        Assert.Equal(504, (await comments.FailAsync(UpstreamCodes.Timeout)).Status);
    }

    [Fact]
    public async Task Single_bytes_that_keep_a_connection_busy_dont_count_as_going_on()
    {
        await using Runs run = new Runs().Add(static async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync($"data: {A}\n\n");
            foreach (char c in "data: " + A)
            {
                await exchange.WriteAsync(c.ToString());
                await Task.Delay(20, exchange.Stopping);
            }
        });
        run.Options = run.Options with { Idle = TimeSpan.FromSeconds(0.3) };
        await run.FailAsync(UpstreamCodes.Timeout);
        Assert.Equal("a", run.Text);
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("text/html", "")]
    [InlineData("text/event-stream", "Content-Encoding: gzip")]
    [InlineData("text/event-stream", "Content-Encoding: br")]
    public async Task Other_types_and_packed_answers_arent_read(string type, string header)
    {
        await using Runs run = new Runs().Add(async exchange =>
        {
            await exchange.BeginAsync(type, header.Length == 0 ? [] : [header]);
            await exchange.WriteAsync($"data: {A}\n\ndata: {Runs.End()}\n\ndata: [DONE]\n\n");
        });
        await run.FailAsync(UpstreamCodes.Broken);
        Assert.Equal("identity", run.Seen.Single().Headers["Accept-Encoding"]);
    }

    [Fact]
    public async Task Text_that_is_no_utf8_is_no_text()
    {
        await using Runs run = new Runs().Add(static async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.Stream.WriteAsync((byte[])[.. Encoding.UTF8.GetBytes("data: "), .. Encoding.UTF8.GetBytes(A).Select(static b => b == (byte)'a' ? (byte)0xFF : b), .. "\n\n"u8], exchange.Stopping);
        });
        await run.FailAsync(UpstreamCodes.Broken);
    }

    [Fact]
    public async Task Logprobs_that_were_asked_for_must_come_and_others_arent_handed_on()
    {
        await using (Runs without = new Runs().Add(static exchange => exchange.StreamAsync(A, Runs.End())))
        {
            await without.FailAsync(UpstreamCodes.ParameterIgnored, """{"model":"m-1","messages":[{"role":"user","content":"hi"}],"logprobs":true}""");
            Assert.Empty(without.Events);
        }

        await using Runs unasked = new Runs().Add(static exchange => exchange.StreamAsync(Runs.Piece("""{"content":"a"}""", "stop", logprobs: """{"content":[{"token":"a","logprob":-1}]}""")));
        await unasked.RunAsync();
        Assert.Null(unasked.Events[0].Logprobs);
        Assert.Equal(["withheld logprobs"], unasked.Report.Mutations);
    }

    [Theory]
    [InlineData("""{"data":[{"index":0,"embedding":[1]}],"model":"m-1"}""", UpstreamCodes.Broken)]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}],"model":"m-1"}""", UpstreamCodes.Broken)]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}],"model":"m-1"}""", UpstreamCodes.Broken)]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1e39]}],"model":"m-1"}""", UpstreamCodes.Broken)]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":["x"]}],"model":"m-1"}""", UpstreamCodes.Broken)]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}],"model":"m-3"}""", UpstreamCodes.ModelDiffers)]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}]}""", UpstreamCodes.Broken)]
    [InlineData("null", UpstreamCodes.Broken)]
    public async Task Vectors_that_arent_those_of_the_inputs_are_refused(string body, string code)
    {
        await using Runs run = new Runs().Add(exchange => exchange.AnswerAsync(200, body));
        await run.FailAsync(code, """{"model":"m-1","input":["p","q"]}""", ChatKind.Embedding);
    }

    [Fact]
    public async Task Whoever_leaves_ends_the_work_upstream()
    {
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Runs run = new Runs().Add(async exchange =>
        {
            await exchange.BeginAsync();
            try
            {
                while (true)
                {
                    await exchange.WriteAsync($"data: {A}\n\n");
                    await Task.Delay(5, exchange.Stopping);
                }
            }
            catch (IOException)
            {
                left.SetResult();
            }
        });
        using CancellationTokenSource caller = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.RunAsync(cancellation: caller.Token, onEvent: _ => run.Events.Count == 3 ? caller.CancelAsync() : Task.CompletedTask));
        await left.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("m-1", run.Report.Upstream!.Model);
    }
}
