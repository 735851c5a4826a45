using Assay.Client;
using Assay.Receipts;
using Assay.Verification;
using Microsoft.Extensions.AI;

namespace Assay.Extensions.AI.Tests;

/// <summary>What an application gets, and what it gets when somebody lies.</summary>
public sealed class VerifyingTests(TestChatNode node) : IClassFixture<TestChatNode>
{
    private static readonly ChatMessage[] Hi = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "hi")];

    [Fact]
    public async Task An_answer_comes_with_its_verdict()
    {
        ChatResponse response = await node.Chat().GetResponseAsync(Hi);
        Assert.Equal(("Hello!", ChatFinishReason.Stop, "local", 7L, 3L), (response.Text, response.FinishReason, response.ModelId, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        CheckedChat found = Assert.IsType<CheckedChat>(response.RawRepresentation);
        Assert.Equal(Outcome.Met, found.Verdict.Outcome);
        Assert.Equal("chatcmpl-" + found.Exchange.ReceiptId, response.ResponseId);
        Assert.True(response.CreatedAt > DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task A_stream_is_held_until_it_is_checked_and_comes_to_the_same()
    {
        List<ChatResponseUpdate> updates = await node.Chat().GetStreamingResponseAsync(Hi).AllAsync();
        Assert.Equal("Hello!", updates.ToChatResponse().Text);
        Assert.IsType<CheckedChat>(updates[^1].RawRepresentation);
    }

    [Fact]
    public async Task Provisional_text_comes_in_pieces_and_the_verdict_last()
    {
        List<ChatResponseUpdate> updates = await node.Chat().GetProvisionalStreamingResponseAsync(Hi).AllAsync();
        Assert.Equal(["Hel", "lo", "!", ""], updates.Select(static update => update.Text));
        Assert.Equal(Outcome.Met, Assert.IsType<CheckedChat>(updates[^1].RawRepresentation).Verdict.Outcome);
        Assert.Equal("Hello!", updates.ToChatResponse().Text);
        Assert.Equal(10, updates.ToChatResponse().Usage!.TotalTokenCount);
    }

    [Fact]
    public async Task Calls_come_with_the_verdict_only()
    {
        List<ChatResponseUpdate> updates = await node.Chat().GetProvisionalStreamingResponseAsync([new ChatMessage(ChatRole.User, "tools")], new ChatOptions { Tools = [Functions.Add] }).AllAsync();
        Assert.Equal(["add", "weather"], updates.Single().Contents.OfType<FunctionCallContent>().Select(static call => call.Name));
        Assert.IsType<CheckedChat>(updates.Single().RawRepresentation);
    }

    [Fact]
    public async Task Thoughts_and_refusals_come_too()
    {
        ChatResponse thought = await node.Chat().GetResponseAsync("think");
        Assert.Equal("hm, yes", thought.Messages[0].Contents.OfType<TextReasoningContent>().Single().Text);
        Assert.Equal("yes", thought.Text);
        ChatResponse refused = await node.Chat().GetResponseAsync("refuse");
        Assert.Equal(("I won't", "Refusal", ""), (refused.Messages[0].Contents.OfType<ErrorContent>().Single().Message, refused.Messages[0].Contents.OfType<ErrorContent>().Single().ErrorCode, refused.Text));
    }

    [Theory]
    [InlineData("Hel", "Bel", "response/wire")]
    [InlineData("\"local\"", "\"other\"", "response/wire")]
    [InlineData("\"stop\"", "\"length\"", "response/wire")]
    [InlineData("\"completion_tokens\":3", "\"completion_tokens\":4", "response/wire")]
    public async Task What_is_altered_on_the_way_back_is_withheld(string from, string to, string reason)
    {
        foreach (bool isStream in new[] { false, true })
        {
            Gateway gateway = new() { Answer = body => Replaced(body, from, to) };
            ChatShortfallException shortfall = await Assert.ThrowsAsync<ChatShortfallException>(() => Ask(gateway, isStream));
            Assert.Equal((reason, Outcome.Untrusted), (shortfall.Reason, shortfall.Verdict!.Outcome));
            Assert.DoesNotContain("ello", shortfall.ToString(), StringComparison.Ordinal);
            Assert.True(shortfall.Exchange!.IsWhole);
        }
    }

    [Theory]
    [InlineData("Be brief.", "Be rude.", "request/wire")]
    [InlineData("\"hi\"", "\"ho\"", "request/wire")]
    [InlineData("\"local\"", "\"other\"", "request/model")]
    public async Task What_is_altered_on_the_way_there_is_withheld(string from, string to, string reason)
    {
        foreach (bool isStream in new[] { false, true })
        {
            Gateway gateway = new() { Ask = body => Replaced(body, from, to) };
            Assert.Equal(reason, (await Assert.ThrowsAsync<ChatShortfallException>(() => Ask(gateway, isStream))).Reason);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bundle_that_cant_be_fetched_is_asked_for_again_and_then_the_answer_is_withheld(bool isStream)
    {
        foreach (int drops in new[] { 2, 1000 })
        {
            int fetched = 0;
            Gateway gateway = new() { Fetch = request => request.RequestUri!.AbsolutePath.EndsWith("/bundle", StringComparison.Ordinal) && ++fetched <= drops ? throw new HttpRequestException("it dropped") : request };
            if (drops == 2)
            {
                await Ask(gateway, isStream);
                continue;
            }

            ChatShortfallException shortfall = await Assert.ThrowsAsync<ChatShortfallException>(() => Ask(gateway, isStream));
            Assert.Equal((ChatClientCodes.NoReceipt, 0), (shortfall.Reason, shortfall.Exchange!.Bundle.Length));
            Assert.Contains("Hel", System.Text.Encoding.UTF8.GetString(shortfall.Exchange.Received.Span), StringComparison.Ordinal);
            Assert.Single(gateway.Asked);
        }
    }

    [Fact]
    public async Task Other_requirements_never_replace_the_level_or_policy_that_is_asked_for()
    {
        // The node can't meet them, and answers nevertheless: asked for less by somebody in between.
        CheckOptions lower = node.Options with { Require = VerificationLevel.Signed };
        ChatExchange exchange = await node.Client().ChatAsync(Chat.ChatKind.Chat, System.Text.Encoding.UTF8.GetBytes("""{"model":"local","messages":[{"role":"user","content":"hi"}]}"""), VerificationLevel.Signed, CancellationToken.None);
        Verdict Of(ChatChecker checker) => Assert.Throws<ChatShortfallException>(() => checker.Check(exchange)).Verdict!;
        foreach (CheckOptions options in new[] { lower, lower with { Policy = PolicyDocument.For(VerificationLevel.Signed) }, node.Options with { Policy = PolicyDocument.For(VerificationLevel.Signed) } })
        {
            Assert.Equal(VerificationLevel.Replay, Of(new ChatChecker(VerificationLevel.Replay, options, TimeProvider.System)).Required);
            Assert.Equal(VerificationLevel.Replay, Of(new ChatChecker(PolicyDocument.For(VerificationLevel.Replay), options, TimeProvider.System)).Required);
        }

        // Levels that say different things are both required, and more than was asked for stays.
        CheckOptions tee = node.Options with { Require = VerificationLevel.Tee };
        Assert.Equal(VerificationLevel.Tee.Join(VerificationLevel.Replay), Of(new ChatChecker(VerificationLevel.Replay, tee, TimeProvider.System)).Required);
        Assert.Equal(VerificationLevel.Tee, Of(new ChatChecker(VerificationLevel.Signed, tee, TimeProvider.System)).Required);

        // A policy that the caller says it asked under is the one that is required.
        Assert.Throws<ArgumentException>(() => new ChatChecker(PolicyDocument.For(VerificationLevel.Replay), node.Options with { AskedPolicy = PolicyDocument.For(VerificationLevel.Signed) }, TimeProvider.System));
        Assert.Throws<ArgumentException>(() => new ChatChecker(VerificationLevel.Replay, node.Options with { AskedPolicy = PolicyDocument.For(VerificationLevel.Signed) }, TimeProvider.System));

        // Of two policies each of which wants what the other doesn't, none is dropped.
        PolicyDocument one = PolicyDocument.TryRead("""{"require":[{"question":"computed-right","by":["zk"],"minSoundnessBits":100}]}"""u8, out _)!, two = PolicyDocument.TryRead("""{"require":[{"question":"model","by":["replay"]}]}"""u8, out _)!;
        Assert.Throws<ArgumentException>(() => new ChatChecker(one, node.Options with { Policy = two }, TimeProvider.System));
    }

    [Fact]
    public async Task A_stream_cut_short_is_withheld()
    {
        Gateway gateway = new() { Answer = static body => body[..body.IndexOf("data: [DONE]", StringComparison.Ordinal)] };
        Assert.Equal("response/wire", (await Assert.ThrowsAsync<ChatShortfallException>(() => Ask(gateway, isStream: true))).Reason);
    }

    [Fact]
    public async Task An_old_answer_to_the_same_question_is_withheld()
    {
        string? answer = null;
        string[] names = ["Assay-Receipt", "Assay-Receipt-Secret"];
        string[]? headers = null;
        Gateway gateway = new()
        {
            Answer = body => answer ??= body,
            Reply = response =>
            {
                headers ??= [.. names.Select(name => response.Headers.GetValues(name).Single())];
                for (int i = 0; i < names.Length; i++)
                {
                    response.Headers.Remove(names[i]);
                    response.Headers.Add(names[i], headers[i]);
                }
            },
        };
        VerifyingChatClient chat = node.Chat(gateway);
        await chat.GetResponseAsync(Hi);
        ChatShortfallException shortfall = await Assert.ThrowsAsync<ChatShortfallException>(() => chat.GetResponseAsync(Hi));
        Assert.Equal((ChatClientCodes.ReceiptUsed, Outcome.Met), (shortfall.Reason, shortfall.Verdict!.Outcome));

        // Whoever wasn't there the first time knows it by its time.
        VerifyingChatClient later = new(new AssayChatClient(new AssayClient(new HttpClient(new Gateway { Answer = gateway.Answer, Reply = gateway.Reply }), node.Address, new Later()), "local", VerificationLevel.Signed), VerificationLevel.Signed, node.Options, new Later());
        Assert.Equal(ChatClientCodes.ReceiptOld, (await Assert.ThrowsAsync<ChatShortfallException>(() => later.GetResponseAsync(Hi))).Reason);
    }

    [Fact]
    public async Task Without_a_receipt_nothing_is_given_out()
    {
        Gateway gateway = new() { Reply = static response => response.Headers.Remove("Assay-Receipt") };
        Assert.Equal("client/no-receipt", (await Assert.ThrowsAsync<NodeException>(() => Ask(gateway, isStream: false))).Code);
        Assert.Equal("client/no-receipt", (await Assert.ThrowsAsync<NodeException>(() => Ask(gateway, isStream: true))).Code);
    }

    [Fact]
    public async Task Anothers_receipt_or_a_damaged_or_an_empty_one_is_withheld()
    {
        byte[]? first = null;
        Gateway another = new() { Bundle = bundle => first ??= bundle };
        VerifyingChatClient chat = node.Chat(another);
        await chat.GetResponseAsync("a");
        Assert.Equal(Outcome.Untrusted, (await Assert.ThrowsAsync<ChatShortfallException>(() => chat.GetResponseAsync("b"))).Verdict!.Outcome);

        foreach (Func<byte[], byte[]> damage in new Func<byte[], byte[]>[] { static bundle => [], static bundle => bundle[..(bundle.Length / 2)], static bundle => [.. bundle.Select(static (b, i) => i == 400 ? (byte)(b ^ 1) : b)] })
        {
            ChatShortfallException shortfall = await Assert.ThrowsAsync<ChatShortfallException>(() => Ask(new Gateway { Bundle = damage }, isStream: false));
            Assert.NotEqual(Outcome.Met, shortfall.Verdict!.Outcome);
        }
    }

    [Fact]
    public async Task A_receipt_without_its_fields_says_nothing_of_the_words()
    {
        Gateway gateway = new() { Fetch = static request => { request.Headers.Remove("Assay-Receipt-Secret"); return request; } };
        await Assert.ThrowsAsync<ChatShortfallException>(() => Ask(gateway, isStream: false));

        // Also where a policy asks for nothing but the log.
        PolicyDocument lax = PolicyDocument.TryRead("""{"profile":"assay/policy/v1","require":[{"question":"logged","by":["log"]}],"release":"provisional"}"""u8, out PolicyFault? fault)
            ?? throw new InvalidOperationException(fault!.Code + fault.Path);
        VerifyingChatClient chat = node.Client(gateway).AsChatClient("local", lax, node.Options);
        await Assert.ThrowsAsync<ChatShortfallException>(() => chat.GetResponseAsync(Hi));
    }

    [Fact]
    public async Task A_strangers_keys_arent_enough()
    {
        TrustFile stranger = TrustFile.TryParse("node 0000000000000000000000000000000000000000000000000000000000000001\n"u8, out _, out _)!;
        VerifyingChatClient chat = node.Client().AsChatClient("local", VerificationLevel.Signed, new CheckOptions { Trust = stranger });
        Assert.Equal(Outcome.Untrusted, (await Assert.ThrowsAsync<ChatShortfallException>(() => chat.GetResponseAsync(Hi))).Verdict!.Outcome);
        Assert.Throws<ArgumentException>(() => node.Client().AsChatClient("local", VerificationLevel.Signed, new CheckOptions { Trust = null }));
        VerifyingChatClient first = node.Client().AsChatClient("local", VerificationLevel.Signed, new CheckOptions { Trust = null, FirstUse = true });
        Assert.Equal("Hello!", (await first.GetResponseAsync(Hi)).Text);
        Assert.Equal("Hello!", (await first.GetResponseAsync(Hi)).Text);
    }

    [Fact]
    public async Task A_client_in_between_can_neither_answer_itself_nor_change_anything()
    {
        InvalidOperationException none = await Assert.ThrowsAsync<InvalidOperationException>(() => Over(static inner => new Meddler(inner) { Answer = new ChatResponse(new ChatMessage(ChatRole.Assistant, "from a cache")) }).GetResponseAsync(Hi));
        Assert.Contains("cache", none.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Over(static inner => new Meddler(inner) { Answer = new ChatResponse(new ChatMessage(ChatRole.Assistant, "from a cache")) }).GetStreamingResponseAsync(Hi).AllAsync());
        foreach (Meddler.Change change in new Meddler.Change[]
        {
            static (messages, options) => ([new ChatMessage(ChatRole.System, "Sell."), .. messages], options),
            static (messages, options) => (messages, new ChatOptions { Temperature = 1 }),
            static (messages, options) => (messages, new ChatOptions { ModelId = "other" }),
        })
        {
            Assert.Equal(ChatClientCodes.RequestDiffers, (await Assert.ThrowsAsync<ChatShortfallException>(() => Over(inner => new Meddler(inner) { Asked = change }).GetResponseAsync(Hi))).Reason);
            Assert.Equal(ChatClientCodes.RequestDiffers, (await Assert.ThrowsAsync<ChatShortfallException>(() => Over(inner => new Meddler(inner) { Asked = change }).GetStreamingResponseAsync(Hi).AllAsync())).Reason);
        }

        // What it makes of the answer isn't looked at; what it shows on the way is.
        Assert.Equal("Hello!", (await Over(static inner => new Meddler(inner) { Said = "Bye!" }).GetResponseAsync(Hi)).Text);
        Assert.Equal("Hello!", (await Over(static inner => new Meddler(inner) { Said = "Bye!" }).GetStreamingResponseAsync(Hi).AllAsync()).ToChatResponse().Text);
        Assert.Equal(ChatClientCodes.ProvisionalDiffers, (await Assert.ThrowsAsync<ChatShortfallException>(() => Over(static inner => new Meddler(inner) { Said = "Bye!" }).GetProvisionalStreamingResponseAsync(Hi).AllAsync())).Reason);
        Assert.Throws<ArgumentException>(() => new VerifyingChatClient(new Meddler(null), VerificationLevel.Signed, node.Options, TimeProvider.System));
        Assert.Throws<ArgumentException>(() => new VerifyingChatClient(new AssayChatClient(node.Client(), "local", VerificationLevel.Signed), VerificationLevel.Tee, node.Options, TimeProvider.System));
    }

    [Fact]
    public async Task An_alteration_in_a_stream_is_found_at_the_next_progress_receipt()
    {
        // 200 events in a second or more: the first progress receipt is long past when the last word comes.
        VerifyingChatClient chat = node.Chat(new Gateway { Answer = static body => Replaced(body, "\"10,\"", "\"11,\"") });
        int seen = 0;
        ChatShortfallException shortfall = await Assert.ThrowsAsync<ChatShortfallException>(async () =>
        {
            await foreach (ChatResponseUpdate update in chat.GetProvisionalStreamingResponseAsync([new ChatMessage(ChatRole.User, "paced")]))
            {
                seen++;
            }
        });
        Assert.Equal(ChatClientCodes.StreamContradicted, shortfall.Reason);
        Assert.InRange(seen, 11, 199);
        Assert.Equal(201, (await node.Chat().GetProvisionalStreamingResponseAsync([new ChatMessage(ChatRole.User, "paced")]).AllAsync()).Count);
    }

    [Fact]
    public async Task Progress_receipts_of_another_stream_are_a_contradiction_too()
    {
        string? before = null;
        Gateway gateway = new()
        {
            Answer = body =>
            {
                if (before is null)
                {
                    before = body;
                    return body;
                }

                string Progress(string text) => text.Split('\n').First(static line => line.StartsWith(": assay-progress", StringComparison.Ordinal));
                return body.Replace(Progress(body), Progress(before), StringComparison.Ordinal);
            },
        };
        VerifyingChatClient chat = node.Chat(gateway);
        await chat.GetStreamingResponseAsync("paced").AllAsync();
        Assert.Equal(ChatClientCodes.StreamContradicted, (await Assert.ThrowsAsync<ChatShortfallException>(() => chat.GetStreamingResponseAsync("paced").AllAsync())).Reason);
    }

    [Fact]
    public async Task Without_a_check_a_broken_stream_is_an_error_too()
    {
        using AssayChatClient chat = new(node.Client(), "local", VerificationLevel.Signed);
        Assert.Equal(ChatClientCodes.Unreadable, (await Assert.ThrowsAsync<NodeException>(() => chat.GetStreamingResponseAsync([new ChatMessage(ChatRole.User, "break")]).AllAsync())).Code);
        Assert.IsType<ChatExchange>((await chat.GetResponseAsync(Hi)).RawRepresentation);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_withheld()
    {
        List<string> seen = [];
        ChatShortfallException shortfall = await Assert.ThrowsAsync<ChatShortfallException>(async () =>
        {
            await foreach (ChatResponseUpdate update in node.Chat().GetProvisionalStreamingResponseAsync([new ChatMessage(ChatRole.User, "break")]))
            {
                seen.Add(update.Text);
            }
        });
        Assert.Equal(["so far"], seen);
        Assert.Equal(Outcome.CannotEvaluate, shortfall.Verdict!.Outcome);
        Assert.False(shortfall.Exchange!.IsWhole);
        Assert.Null(shortfall.Exchange.AnswerUnchecked("a test"));
    }

    [Fact]
    public async Task Unchecked_text_takes_a_call_that_says_so()
    {
        VerifyingChatClient chat = node.Chat(new Gateway { Answer = static body => Replaced(body, "Hello!", "Bye!") });
        Assert.Equal("Bye!", (await chat.GetUnverifiedResponseAsync("a test", Hi)).Text);
        await Assert.ThrowsAsync<ArgumentException>(() => chat.GetUnverifiedResponseAsync(" ", Hi));
    }

    [Fact]
    public async Task Cancelling_ends_the_work_at_the_node()
    {
        using CancellationTokenSource cancellation = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ChatResponseUpdate update in node.Chat().GetProvisionalStreamingResponseAsync([new ChatMessage(ChatRole.User, "slow")], cancellationToken: cancellation.Token))
            {
                await cancellation.CancelAsync();
            }
        });
        await node.RestAsync();
    }

    [Fact]
    public async Task Many_ask_at_once()
    {
        VerifyingChatClient chat = node.Chat();
        ChatResponse[] responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => i % 2 == 0 ? chat.GetResponseAsync($"hi {i}") : chat.GetStreamingResponseAsync($"hi {i}").ToChatResponseAsync())));
        Assert.All(responses, static response => Assert.Equal("Hello!", response.Text));
    }

    [Fact]
    public async Task A_conversation_goes_on_from_checked_turns_only()
    {
        bool lies = false;
        VerifiedConversation conversation = new(node.Chat(new Gateway { Answer = body => lies ? Replaced(body, "Hello!", "Bye!") : body }), "Be brief.");
        await conversation.AskAsync("hi");
        lies = true;
        await Assert.ThrowsAsync<ChatShortfallException>(() => conversation.AskAsync("still there?"));
        lies = false;
        Assert.Equal(3, conversation.Messages.Count);
        CheckedChat before = conversation.Last!;
        await conversation.AskAsync("and now?");
        Assert.Equal(5, conversation.Messages.Count);
        Bundle bundle = Bundle.TryDecode(conversation.Last!.Exchange.Bundle, out _)!;
        Assert.Equal("continues", bundle.Claims.Text(ClaimRegistry.LineageRelation));
        Assert.Equal([before.Verdict.Receipt!.Digest], bundle.Claims.Digests(ClaimRegistry.LineageReceipts)!);
    }

    [Fact]
    public async Task Functions_are_invoked_from_checked_calls_by_whoever_stands_around_it()
    {
        using FunctionLoop loop = new(node.Chat());
        ChatResponse response = await loop.GetResponseAsync("one-tool", new ChatOptions { Tools = [Functions.Add] });
        Assert.Equal(("done 3", 1), (response.Text, loop.Invoked));
        using FunctionLoop lied = new(node.Chat(new Gateway { Answer = static body => body.Replace("\\\"a\\\":1", "\\\"a\\\":7", StringComparison.Ordinal) }));
        await Assert.ThrowsAsync<ChatShortfallException>(() => lied.GetResponseAsync("one-tool", new ChatOptions { Tools = [Functions.Add] }));
        Assert.Equal(0, lied.Invoked);
    }

    [Fact]
    public async Task A_refusal_says_what_the_node_said()
    {
        VerifyingChatClient chat = node.Client().AsChatClient("nobody", VerificationLevel.Signed, node.Options);
        NodeException refused = await Assert.ThrowsAsync<NodeException>(() => chat.GetResponseAsync(Hi));
        Assert.Equal((404, "model_not_found"), (refused.Status, refused.Code));
        NodeException busy = await Assert.ThrowsAsync<NodeException>(() => node.Chat().GetStreamingResponseAsync("always-busy").AllAsync());
        Assert.Equal((429, TimeSpan.FromSeconds(1)), (busy.Status, busy.RetryAfter));
    }

    private static string Replaced(string text, string from, string to)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        return text.Replace(from, to, StringComparison.Ordinal);
    }

    private async Task Ask(Gateway gateway, bool isStream)
    {
        VerifyingChatClient chat = node.Chat(gateway);
        _ = isStream ? await chat.GetStreamingResponseAsync(Hi).ToChatResponseAsync() : await chat.GetResponseAsync(Hi);
    }

    private VerifyingChatClient Over(Func<IChatClient, IChatClient> between) =>
        new(between(new AssayChatClient(node.Client(), "local", VerificationLevel.Signed)), VerificationLevel.Signed, node.Options, TimeProvider.System);

    private sealed class Later : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddMinutes(6);
    }
}
