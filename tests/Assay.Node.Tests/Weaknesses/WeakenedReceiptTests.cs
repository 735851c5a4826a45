using System.Text;
using Assay.Chat;
using Assay.Node.Tests.Attesting;
using Assay.Node.Tests.Chatting;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Node.Tests.Weaknesses;

/// <summary>W20 and W22 to W25 of docs/weaknesses.md: a receipt that would serve for something else.</summary>
public sealed class WeakenedReceiptTests
{
    private const string Calls = """[{"id":"call_1","type":"function","function":{"name":"sell","arguments":"{}"}}]""";

    [Fact]
    public async Task W20_AReceiptIsOfOneAnswerOfOneNode()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        await using NodeFixture other = await ChatNode.StartAsync();
        Talk first = await Talk.AskAsync(node), second = await Talk.AskAsync(node), elsewhere = await Talk.AskAsync(other);

        // The same question and words, three receipts: number, id, roots, entry.
        Assert.Equal((1UL, 2UL), (first.Bundle.Envelope.Statement.Counter, second.Bundle.Envelope.Statement.Counter));
        Assert.Equal(3, new[] { first, second, elsewhere }.Select(static talk => talk.Bundle.Envelope.Statement.Id).Distinct().Count());
        Assert.Equal(3, new[] { first, second, elsewhere }.Select(static talk => talk.Bundle.Envelope.Statement.ClaimsRoot).Distinct().Count());
        Assert.Equal(3, new[] { first, second, elsewhere }.Select(static talk => talk.Bundle.Envelope.Digest).Distinct().Count());

        // One isn't evidence of the other, though the words are the same; and a node's isn't another's.
        Verdict swapped = first.Judge(answer: second.Answer);
        Assert.Equal(Outcome.Untrusted, swapped.Outcome);
        Assert.Equal("chat/id-differs", Talk.Check(swapped, "response/outputs").Detail);
        Verdict foreign = elsewhere.Judge(trust: node.Trust);
        Assert.Equal(Outcome.Untrusted, foreign.Outcome);
        Assert.Equal(CheckResult.Fail, Talk.Check(foreign, "keyset/trusted").Result);
        Assert.Equal(404, (await other.SendAsync(HttpMethod.Get, $"/v1/receipts/{first.Bundle.Envelope.Statement.Id}/bundle")).Status);
    }

    [Fact]
    public async Task W22_ATextThatReadsAsACall_IsntACall_AndACutAnswerSaysSo()
    {
        await using NodeFixture text = await ChatNode.StartAsync(Backend(new ChatEvent { Content = Calls }, "stop"));
        await using NodeFixture call = await ChatNode.StartAsync(Backend(new ChatEvent { Content = "I sell.", Tool = new ChatToolFragment(0, "call_1", "sell", "{}") }, "tool_calls"));
        await using NodeFixture cut = await ChatNode.StartAsync(Backend(new ChatEvent { Content = "Sell nothing unless" }, "length"));
        Talk said = await Talk.AskAsync(text), called = await Talk.AskAsync(call), broken = await Talk.AskAsync(cut);
        Assert.Equal(["choice/0/content"], said.Bundle.Output.Parts.Select(static part => part!.Name));
        Assert.Equal(["choice/0/content", "choice/0/tool_calls"], called.Bundle.Output.Parts.Select(static part => part!.Name));
        Assert.Equal(Encoding.UTF8.GetString(said.Bundle.Output.Parts[0]!.Data.Span), Encoding.UTF8.GetString(called.Bundle.Output.Parts[1]!.Data.Span));
        Assert.Equal(LeafState.Absent, said.Bundle.Claims.State(ClaimRegistry.OutputToolCalls));
        Assert.Equal(["length"], broken.Bundle.Claims.Texts(ClaimRegistry.OutputFinishReason)!);

        // The text as a call, the call without its text, the end that hides the cut.
        string content = System.Text.Json.JsonSerializer.Serialize(Talk.Read(said.Answer).Choices[0].Content, Raw);
        Assert.Equal("chat/tool-calls-differ", said.Altered("\"content\":" + content, $"\"content\":null,\"tool_calls\":{Calls}"));
        Assert.Equal("chat/content-differs", called.Altered("\"I sell.\"", "null"));
        Assert.Equal("chat/tool-calls-differ", called.Altered("\"sell\"", "\"buy\""));
        Assert.Equal("chat/finish-differs", broken.Altered("\"finish_reason\":\"length\"", "\"finish_reason\":\"stop\""));
    }

    [Fact]
    public async Task W23_AShortAnswerCantBeGuessedFromWhatEverybodySees()
    {
        await using NodeFixture node = await ChatNode.StartAsync(Backend(new ChatEvent { Content = "yes" }, "stop"));
        Talk first = await Talk.AskAsync(node), second = await Talk.AskAsync(node);

        // Each leaf, part and message has a salt of its own: the same words have other digests each time.
        Assert.NotEqual(first.Bundle.Envelope.Statement.OutputRoot, second.Bundle.Envelope.Statement.OutputRoot);
        Assert.Empty(first.Bundle.Claims.Digests(ClaimRegistry.RequestMessages)!.Intersect(second.Bundle.Claims.Digests(ClaimRegistry.RequestMessages)!));

        // Who has the id and not the secret sees roots and no leaf.
        byte[] open = await node.Client.GetBundleAsync(first.Bundle.Envelope.Statement.Id, null, CancellationToken.None);
        Bundle seen = Bundle.TryDecode(open, out _)!;
        Assert.Empty(seen.Attachments);
        Assert.All(seen.Output.Parts, Assert.Null);
        Assert.All(
            new[] { ClaimRegistry.RequestMessages, ClaimRegistry.RequestSystemPrompt, ClaimRegistry.RequestWireDigest, ClaimRegistry.OutputWireDigest, ClaimRegistry.OutputUsage, ClaimRegistry.OutputFinishReason, ClaimRegistry.OutputParts, ClaimRegistry.ModelName },
            field => Assert.Equal(LeafState.Redacted, seen.Claims.State(field)));
        Assert.Equal(-1, open.AsSpan().IndexOf(Digest32.Sha256(first.Answer).ToArray()));
        Assert.Equal(-1, open.AsSpan().IndexOf(Digest32.Sha256(Encoding.UTF8.GetBytes(ChatNode.Hello)).ToArray()));
    }

    [Fact]
    public async Task W24_ANodesTimeIsItsWord_AndOneFromTheFutureIsRefused()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        Assert.Contains((await Talk.AskAsync(node)).Judge().NotCovered, static remark => remark.Code == "time/asserted");

        // A day ahead: refused by whoever looks at it today, whatever else is right.
        await using NodeFixture ahead = await ChatNode.StartAsync(time: new ShiftedClock(TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(1)));
        Verdict verdict = (await Talk.AskAsync(ahead)).Judge();
        Assert.Equal(Outcome.Untrusted, verdict.Outcome);
        Assert.Equal("keyset/issued-in-future", Talk.Check(verdict, "keyset/validity").Detail);
    }

    [Fact]
    public async Task W25_WhatIsBoundIsTheBytes_SoNoLanguagesSpellingMatters()
    {
        // Spaces, escapes, orders and numbers as several languages write them; none of it is spelt anew anywhere.
        const string Odd = "{ \"messages\" : [\t{\"content\":\"\\u0048i \\/ \\ud83d\\ude00 \u00e4\u007f\",\"role\":\"user\"} ],\r\n\"temperature\":1e-05,\"top_p\":1.0,\"max_tokens\":20,\"model\":\"echo\"}";
        await using NodeFixture node = await ChatNode.StartAsync();
        Talk talk = await Talk.AskAsync(node, Odd);
        Verdict verdict = talk.Judge();
        Assert.Equal(Outcome.Met, verdict.Outcome);
        Assert.Equal((CheckResult.Pass, CheckResult.Pass), (Talk.Check(verdict, "request/wire").Result, Talk.Check(verdict, "request/inputs").Result));
        SealedMessage message = talk.Bundle.Attachments.Select(static item => SealedMessage.TryDecode(item.Content)).OfType<SealedMessage>().Single();
        Assert.Contains(Encoding.UTF8.GetString(message.Raw.Span), Odd, StringComparison.Ordinal);

        // The same value in another spelling is the same parameter; another spelling of a message isn't the same message.
        Verdict respelt = talk.Judge(Odd.Replace("1e-05", "0.00001", StringComparison.Ordinal));
        Assert.Equal((CheckResult.Fail, CheckResult.Pass), (Talk.Check(respelt, "request/wire").Result, Talk.Check(respelt, "request/inputs").Result));
        Assert.Equal("chat/message-differs", talk.Asked("\\u0048i", "Hi"));
    }

    private static readonly System.Text.Json.JsonSerializerOptions Raw = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static ScriptedBackend Backend(ChatEvent item, string reason) => new((_, _) => SayAsync(item, reason));

    private static async IAsyncEnumerable<ChatEvent> SayAsync(ChatEvent item, string reason)
    {
        await Task.Yield();
        if (item is { Content: not null, Tool: not null })
        {
            yield return new ChatEvent { Content = item.Content };
            yield return new ChatEvent { Tool = item.Tool };
        }
        else
        {
            yield return item;
        }

        yield return new ChatEvent { FinishReason = reason };
    }
}
