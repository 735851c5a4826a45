using System.Text;
using System.Text.Json;
using Assay.Node.Tests.Weaknesses;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Testing;
using Assay.Verification;

namespace Assay.Node.Tests.Chatting;

/// <summary>Two servers behind one model, over HTTP: the second answers only where nothing of an answer came from the first, and the receipt says which failed how.</summary>
public sealed class FailoverTests
{
    private const string Secret = "a word of the first server";

    private static readonly Dictionary<string, Func<ScriptedExchange, Task>> Failing = new()
    {
        ["error"] = static exchange => exchange.AnswerAsync(500, "{\"error\":{\"message\":\"" + Secret + "\"}}"),
        ["busy"] = static exchange => exchange.AnswerAsync(429, "{}"),
        ["key"] = static exchange => exchange.AnswerAsync(401, "{}"),
        ["model"] = UpstreamNode.SayAs("far-1-mini", Secret),
        ["nothing"] = static exchange =>
        {
            exchange.IsClosed = true;
            return Task.CompletedTask;
        },
        ["early"] = static exchange => exchange.BeginAsync(),
        ["role"] = static async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync("data: {\"id\":\"up-1\",\"model\":\"far-1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\"},\"finish_reason\":null}]}\n\n");
        },
        ["page"] = static exchange => exchange.AnswerAsync(200, "<html>" + Secret, "text/html"),
        ["mid"] = static async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync($"data: {UpstreamNode.Piece("first")}\n\n");
            await Task.Delay(50);
        },
        ["rejects"] = static exchange => exchange.AnswerAsync(400, """{"error":{"message":"no","param":"messages"}}"""),
    };

    [Theory]
    [InlineData("dead", "upstream/unreachable")]
    [InlineData("error", "upstream/unavailable")]
    [InlineData("busy", "upstream/busy")]
    [InlineData("key", "upstream/refused")]
    [InlineData("model", "upstream/model-differs")]
    [InlineData("nothing", "upstream/unreachable")]
    [InlineData("early", "upstream/broken")]
    [InlineData("role", "upstream/broken")]
    [InlineData("page", "upstream/broken")]
    public async Task TheSecondAnswers_AndTheReceiptSaysHowTheFirstFailed(string how, string code)
    {
        await using UpstreamNode behind = await UpstreamNode.StartAsync(null, "far-2", Failing.GetValueOrDefault(how, Failing["error"]), UpstreamNode.SayAs("far-2", "from ", "the second"));
        string first = behind.Origin(0);
        if (how == "dead")
        {
            await behind.StopAsync(0);
        }

        foreach (string request in new[] { ChatNode.Hello, ChatNode.Streamed() })
        {
            behind.Seen.Clear();
            Talk talk = await Talk.AskAsync(behind.Node, request);
            string answer = Encoding.UTF8.GetString(talk.Answer);
            Assert.Equal("from the second", Encoding.UTF8.GetString(Assert.Single(talk.Bundle.Output.Parts)!.Data.Span));
            Assert.DoesNotContain(Secret, answer, StringComparison.Ordinal);
            Assert.Equal(["changed model \"far-1\"", $"failover {first} {code}", "changed model \"far-2\""], talk.Bundle.Claims.Texts(ClaimRegistry.RequestMutations)!.Where(static text => !text.StartsWith("defaulted", StringComparison.Ordinal)));
            Assert.Equal($"upstream {behind.Origin(1)}", talk.Text(ClaimRegistry.ExecutionBackend));
            JsonElement word = talk.Text(ClaimRegistry.PartiesGateway)!.Json();
            Assert.Equal((behind.Origin(1), "far-2", 2), (word.GetProperty("origin").GetString(), word.GetProperty("model").GetString(), word.GetProperty("attempt").GetInt32()));
            Assert.Equal(how == "dead" ? 1 : 2, behind.Seen.Count);
            Verdict verdict = talk.Judge();
            Assert.Equal(Outcome.Met, verdict.Outcome);
            Assert.Equal(CheckResult.Pass, Talk.Check(verdict, "upstream/model").Result);
        }
    }

    [Fact]
    public async Task AfterTheFirstPiece_NobodyElseIsAsked_AndWhatWasSentHasAnAbortReceipt()
    {
        await using UpstreamNode behind = await UpstreamNode.StartAsync(Failing["mid"], UpstreamNode.Say("second"));
        using HttpResponseMessage response = await behind.Node.OpenAsync(ChatNode.Streamed());
        (List<string> lines, bool broke) = await response.LinesAsync();
        Assert.True(broke);
        Assert.Equal("upstream/broken", lines.Data()[^1].Code());
        Assert.DoesNotContain(lines, static line => line.Contains("second", StringComparison.Ordinal));
        Bundle bundle = await behind.Node.BundleAsync(response);
        Assert.Equal(ReceiptPhase.Abort, bundle.Envelope.Statement.Phase);
        Assert.Equal("first", Encoding.UTF8.GetString(Assert.Single(bundle.Output.Parts)!.Data.Span));
        Assert.Equal(1, bundle.Claims.Text(ClaimRegistry.PartiesGateway)!.Json().GetProperty("attempt").GetInt32());
        Assert.DoesNotContain(bundle.Claims.Texts(ClaimRegistry.RequestMutations)!, static text => text.StartsWith("failover", StringComparison.Ordinal));
        Assert.Single(behind.Seen);

        // As a whole there is none: neither half of the first, nor all of the second after a beginning that nobody saw.
        (int status, string body, HttpResponseMessage whole) = await behind.Node.AskAsync();
        Assert.Equal((502, "upstream/broken"), (status, body.Code()));
        Assert.False(whole.Headers.Contains("Assay-Receipt"));
        Assert.Equal(2, behind.Seen.Count);
    }

    [Fact]
    public async Task WhatTheCallerGotWrong_IsntTriedElsewhere_AndTheLastFailureIsTheAnswer()
    {
        await using UpstreamNode rejecting = await UpstreamNode.StartAsync(Failing["rejects"], UpstreamNode.Say("second"));
        (int status, string body, _) = await rejecting.Node.AskAsync();
        Assert.Equal((400, "upstream/rejected"), (status, body.Code()));
        Assert.Single(rejecting.Seen);

        await using UpstreamNode down = await UpstreamNode.StartAsync(Failing["error"], Failing["model"], Failing["busy"]);
        (status, body, HttpResponseMessage response) = await down.Node.AskAsync(ChatNode.Streamed());
        Assert.Equal((429, "upstream/busy"), (status, body.Code()));
        Assert.False(response.Headers.Contains("Assay-Receipt"));
        Assert.Equal(3, down.Seen.Count);
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, ",\"verification\":\"tee\"")]
    [InlineData(false, ",\"verification\":\"replay\"")]
    [InlineData(false, ",\"verification\":{\"require\":[{\"question\":\"computed-right\",\"by\":[\"replay\",\"tee\"]}]}")]
    public async Task WhatNoServerCanMeet_IsRefusedBeforeAnyIsAsked(bool isMinimum, string member)
    {
        await using UpstreamNode behind = await UpstreamNode.StartAsync(isMinimum ? VerificationLevel.Tee : null, null, Failing["error"], UpstreamNode.Say("second"));
        (int status, string body, _) = await behind.Node.AskAsync(ChatNode.Hello[..^1] + member + "}");
        Assert.Equal((422, "verification_unsatisfiable"), (status, body.Code()));
        Assert.Empty(behind.Seen);
    }
}
