using System.Text;
using Assay.Testing;

namespace Assay.Chat.Tests;

public sealed class AnswerReaderTests
{
    private const string Whole = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[
          {"index":1,"message":{"role":"assistant","content":"no"},"finish_reason":"length","logprobs":null},
          {"index":0,"message":{"role":"assistant","content":"Ah é","refusal":null,"reasoning_content":"hm","tool_calls":[
             {"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"b","type":"function","function":{"name":"g","arguments":""}}]},
           "logprobs":{"content":[{"token":"Ah","logprob":-0.50,"bytes":null,"top_logprobs":[]},{"token":" é","logprob":-1e-3}],"refusal":null},"finish_reason":"tool_calls"}],
         "usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}
        """;

    private static readonly string[] Events =
    [
        """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null},{"index":1,"delta":{"content":"n"}}],"usage":null}""",
        """{"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":"Ah","reasoning_content":"hm"},"logprobs":{"content":[{"token":"Ah","logprob":-0.50}]}}]}""",
        """{"id":"chatcmpl-1","model":"m","choices":[{"index":1,"delta":{"content":"o"},"finish_reason":"length"}]}""",
        """{"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"content":" é","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\""}}]},"logprobs":{"content":[{"token":" é","logprob":-1e-3}]}}]}""",
        """{"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g"}},{"index":0,"function":{"arguments":":1}"}}]}}]}""",
        """{"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
        """{"id":"chatcmpl-1","model":"m","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""",
        "[DONE]",
    ];

    internal static byte[] TranscriptOf(params IEnumerable<string> events) => Encoding.UTF8.GetBytes(string.Concat(events.Select(static item => item + "\n")));

    [Fact]
    public void AnAnswer_SaysTheSame_WholeAndStreamed()
    {
        ChatAnswer whole = ChatAnswerReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(Whole), out string? wholeError)!;
        ChatAnswer streamed = ChatStreamReader.TryRead(ChatKind.Chat, TranscriptOf(Events), out string? streamError)!;
        Assert.Null(wholeError);
        Assert.Null(streamError);
        foreach (ChatAnswer answer in new[] { whole, streamed })
        {
            Assert.Equal(("chatcmpl-1", "m", new ChatUsage(3, 4)), (answer.Id, answer.Model, answer.Usage));
            Assert.Equal(["tool_calls", "length"], answer.Choices.Select(static choice => choice.FinishReason));
            Assert.Equal(("Ah é", "hm", "no"), (answer.Choices[0].Content, answer.Choices[0].Reasoning, answer.Choices[1].Content));
            Assert.Equal([new ChatToolCall("a", "f", """{"x":1}"""), new ChatToolCall("b", "g", "")], answer.Choices[0].ToolCalls);
            Assert.Equal([new ChatLogprob("Ah", "-0.50"), new ChatLogprob(" é", "-1e-3")], answer.Choices[0].Logprobs!);
            Assert.Null(answer.Choices[1].Logprobs);
        }

        Assert.Equal(whole.Parts().Select(static part => part.Name), streamed.Parts().Select(static part => part.Name));
        Assert.True(Receipts.TensorValue.AllSame(whole.Parts(), streamed.Parts()));
        Assert.Equal(ChatDigests.ToolCalls(whole), ChatDigests.ToolCalls(streamed));
        Assert.Equal(ChatDigests.Logprobs(whole), ChatDigests.Logprobs(streamed));
    }

    [Fact]
    public void Completions_AreReadWholeAndStreamed()
    {
        ChatAnswer whole = ChatAnswerReader.TryRead(
            ChatKind.Completion,
            """{"id":"cmpl-1","model":"m","choices":[{"index":0,"text":"ab","logprobs":{"tokens":["a","b"],"token_logprobs":[null,-1.5],"top_logprobs":null},"finish_reason":"stop"}]}"""u8.ToArray(),
            out _)!;
        ChatAnswer streamed = ChatStreamReader.TryRead(
            ChatKind.Completion,
            TranscriptOf(
                """{"id":"cmpl-1","model":"m","choices":[{"index":0,"text":"a","logprobs":{"tokens":["a"],"token_logprobs":[null]},"finish_reason":null}]}""",
                """{"id":"cmpl-1","model":"m","choices":[{"index":0,"text":"b","logprobs":{"tokens":["b"],"token_logprobs":[-1.5]},"finish_reason":"stop"}]}""",
                "[DONE]"),
            out _)!;
        Assert.Equal(("ab", "stop", (ChatUsage?)null), (whole.Choices[0].Content, whole.Choices[0].FinishReason, whole.Usage));
        Assert.Equal([new ChatLogprob("a", "null"), new ChatLogprob("b", "-1.5")], whole.Choices[0].Logprobs!);
        Assert.True(Receipts.TensorValue.AllSame(whole.Parts(), streamed.Parts()));
        Assert.Equal(ChatDigests.Logprobs(whole), ChatDigests.Logprobs(streamed));
    }

    [Fact]
    public void Embeddings_AreTheSame_AsNumbersAndInBase64()
    {
        float[] vector = [0.1f, -1.5e-7f, 3];
        string text = string.Join(',', vector.Select(static value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        string base64 = Convert.ToBase64String(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()));
        ChatAnswer numbers = ChatAnswerReader.TryRead(ChatKind.Embedding, Encoding.UTF8.GetBytes($$$"""{"model":"m","data":[{"index":0,"embedding":[{{{text}}}]}],"usage":{"prompt_tokens":2,"total_tokens":2}}"""), out _)!;
        ChatAnswer packed = ChatAnswerReader.TryRead(ChatKind.Embedding, Encoding.UTF8.GetBytes($$$"""{"model":"m","data":[{"index":0,"embedding":"{{{base64}}}"}]}"""), out _)!;
        Assert.Equal(vector, numbers.Embeddings[0].ToArray());
        Assert.Equal(vector, packed.Embeddings[0].ToArray());
        Assert.Equal(new ChatUsage(2, 0), numbers.Usage);
    }

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"id":"a","model":"m","choices":[]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0,"message":{"content":"x"}},{"index":0,"message":{"content":"y"}}]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":1,"message":{"content":"x"}}]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0}]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0,"message":{"content":1}}]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0,"message":{"function_call":{"name":"f","arguments":""}}}]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0,"message":{"tool_calls":[{"id":"a","type":"function"}]}}]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0,"message":{"tool_calls":[{"id":"a","type":"custom","function":{"name":"f"}}]}}]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0,"message":{},"logprobs":{"content":[{"token":"a","logprob":null}]}}]}""")]
    [InlineData("""{"id":"a","choices":[{"index":0,"message":{"content":"x"}}]}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0,"message":{"content":"x"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":3}}""")]
    [InlineData("""{"id":"a","model":"m","choices":[{"index":0,"message":{"content":"x"}}],"usage":{"prompt_tokens":-1,"completion_tokens":1}}""")]
    public void WhatIsNoAnswer_IsRefusedWithAReason(string body)
    {
        Assert.Null(ChatAnswerReader.TryRead(ChatKind.Chat, Encoding.UTF8.GetBytes(body), out string? error));
        Assert.NotNull(error);
    }

    [Fact]
    public void AStreamThatWasCutOrTamperedWith_IsRefusedWithAReason()
    {
        Refused(Events[..^1], "[DONE] is missing");
        Refused([.. Events, Events[0]], "follows [DONE]");
        Refused([.. Events[..2], Events[1].Replace("chatcmpl-1", "chatcmpl-2", StringComparison.Ordinal), .. Events[2..]], "event 3");
        Refused([.. Events[..3], Events[2], .. Events[3..]], "goes on after its end");
        Refused([.. Events[..4], .. Events[5..6], Events[4], .. Events[6..]], "goes on after its end");
        Refused([.. Events[..3], .. Events[4..]], "begins without an id");
        Refused([.. Events[..7], Events[6], .. Events[7..]], "usage is there twice");
        Refused([.. Events[..2], """{"error":{"message":"x"}}""", "[DONE]"], "follows the error");
        Refused(["[DONE]"], "no event");
        Refused([""], "event 1");
        Assert.Null(ChatStreamReader.TryRead(ChatKind.Chat, TranscriptOf(Events).AsMemory()[..^1], out _));
        Assert.Null(ChatStreamReader.TryRead(ChatKind.Embedding, TranscriptOf(Events), out _));
        Assert.Null(ChatStreamReader.TryRead(ChatKind.Chat, default, out _));

        ChatAnswer cut = ChatStreamReader.TryRead(ChatKind.Chat, TranscriptOf(Events[..3]), out bool isDone, out string? none)!;
        Assert.Equal((false, (string?)null, "Ah"), (isDone, none, cut.Choices[0].Content));
        Assert.Equal(["", "length"], cut.Choices.Select(static choice => choice.FinishReason));
        ChatAnswer broken = ChatStreamReader.TryRead(ChatKind.Chat, TranscriptOf([.. Events[..3], """{"error":{"message":"x"}}"""]), out isDone, out _)!;
        Assert.Equal((false, "Ah"), (isDone, broken.Choices[0].Content));
        Assert.Empty(ChatStreamReader.TryRead(ChatKind.Chat, TranscriptOf("""{"error":{"message":"x"}}"""), out _, out _)!.Choices);
    }

    [Fact]
    public void Fuzz_AnswersAndTranscripts()
    {
        FuzzLimits limits = FuzzLimits.Default;
        FuzzSummary whole = FuzzRun.Run([Encoding.UTF8.GetBytes(Whole)], static bytes => Reads(ChatAnswerReader.TryRead(ChatKind.Chat, bytes, out string? error), error), limits, oneOf: 5);
        FuzzSummary streamed = FuzzRun.Run(
            [TranscriptOf(Events)],
            static bytes => Reads(ChatStreamReader.TryRead(ChatKind.Chat, bytes, out bool _, out string? error), error) | Reads(ChatStreamReader.TryRead(ChatKind.Completion, bytes, out string? other), other),
            limits,
            oneOf: 5);
        Assert.True(whole.Accepted > 0 && whole.Refused > 0 && streamed.Accepted > 0 && streamed.Refused > 0);

        static bool Reads(ChatAnswer? answer, string? error)
        {
            Assert.Equal(answer is null, error is not null);
            _ = answer?.Parts();
            return answer is not null;
        }
    }

    private static void Refused(IEnumerable<string> events, string reason)
    {
        Assert.Null(ChatStreamReader.TryRead(ChatKind.Chat, TranscriptOf(events), out string? error));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }
}
