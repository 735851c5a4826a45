using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Receipts;

namespace Assay.Node.Tests.Chatting;

public sealed class ChatStreamTests
{
    [Fact]
    public async Task Stream_HasOpenAIsShape_AndTheReceiptBindsItsTranscript()
    {
        await using NodeFixture node = await ChatNode.StartAsync();
        using HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed(",\"stream_options\":{\"include_usage\":true}"));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.ToString());
        (List<string> lines, bool broke) = await response.LinesAsync();
        Assert.False(broke);
        string id = response.Headers.GetValues("Assay-Receipt").Single();
        string[] data = lines.Data();
        Assert.Equal(7, data.Length);
        JsonElement[] chunks = [.. data[..^1].Select(static text => text.Json())];
        Assert.All(chunks, chunk =>
        {
            Assert.Equal("chatcmpl-" + id, chunk.GetProperty("id").GetString());
            Assert.Equal("chat.completion.chunk", chunk.GetProperty("object").GetString());
            Assert.Equal("echo", chunk.GetProperty("model").GetString());
        });
        Assert.Equal("""{"role":"assistant","content":""}""", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal(["Hel", "lo", "!"], chunks[1..4].Select(static chunk => chunk.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString()));
        Assert.Equal("{}", chunks[4].GetProperty("choices")[0].GetProperty("delta").GetRawText());
        Assert.Equal("stop", chunks[4].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.All(chunks[..5], static chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[5].GetProperty("choices").GetArrayLength());
        Assert.Equal(10, chunks[5].GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal("[DONE]", data[6]);

        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal(Digest32.Sha256(lines.Transcript()), bundle.Claims.Digest(ClaimRegistry.OutputWireDigest));
        Assert.Equal($": assay-receipt {id} {bundle.Envelope.Digest}", lines.Last(static line => line.Length > 0));
        Assert.StartsWith(": assay-stream ", lines[0], StringComparison.Ordinal);
        ChatAnswer read = ChatStreamReader.TryRead(ChatKind.Chat, lines.Transcript(), out string? error)!;
        Assert.Null(error);
        Assert.Equal("Hello!", read.Choices[0].Content);
        Assert.True(read.Parts().Zip(bundle.Output.Parts).All(static pair => pair.First.SameAs(pair.Second!)));
    }

    [Fact]
    public async Task Done_LeavesOnlyWhenTheReceiptIsDurable()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously), goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using NodeFixture node = await ChatNode.StartAsync(beforeIssue: _ =>
        {
            asked.TrySetResult();
            return goOn.Task;
        });
        using HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
        string? line;
        do
        {
            line = await reader.ReadLineAsync();
        }
        while (line?.Contains("\"finish_reason\":\"stop\"", StringComparison.Ordinal) == false);
        await asked.Task;
        Assert.Equal("", await reader.ReadLineAsync());
        Task<string?> next = reader.ReadLineAsync();
        Assert.NotSame(next, await Task.WhenAny(next, Task.Delay(100)));
        Assert.Equal(404, (await node.SendAsync(HttpMethod.Get, "/v1/receipts/" + response.Headers.GetValues("Assay-Receipt").Single())).Status);
        goOn.SetResult();
        Assert.Equal("data: [DONE]", await next);
        Assert.Equal(200, (await node.SendAsync(HttpMethod.Get, "/v1/receipts/" + response.Headers.GetValues("Assay-Receipt").Single())).Status);
    }

    [Fact]
    public async Task Progress_IsSignedEvery64Events_AndAfterASecond()
    {
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend(static (plan, cancellation) => LongAsync(cancellation)));
        using HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
        (List<string> lines, _) = await response.LinesAsync();
        byte[] salt = Base64Url.DecodeFromChars(lines[0].Split(' ')[2]);
        Digest32 claims = StreamHead.ClaimsRoot(salt, WellKnown.OpenAiChat, "echo", Digest32.Sha256(Encoding.UTF8.GetBytes(ChatNode.Streamed())));
        string[] data = lines.Data();
        List<int> counts = [];
        foreach (string line in lines.Where(static line => line.StartsWith(": assay-progress ", StringComparison.Ordinal)))
        {
            string[] words = line.Split(' ');
            int count = int.Parse(words[2], System.Globalization.CultureInfo.InvariantCulture);
            counts.Add(count);
            ReceiptEnvelope envelope = ReceiptEnvelope.TryDecode(Base64Url.DecodeFromChars(words[3]), out string? error)!;
            Assert.Null(error);
            Assert.Equal(ReceiptPhase.Progress, envelope.Statement.Phase);
            Assert.Equal(response.Headers.GetValues("Assay-Receipt").Single(), envelope.Statement.Id.ToString());
            Assert.Equal(1UL, envelope.Statement.Counter);
            Assert.Equal(claims, envelope.Statement.ClaimsRoot);
            Assert.Equal(MerkleTree.Root([.. data[..count].Select(static text => MerkleTree.LeafHash(Encoding.UTF8.GetBytes(text)))]), envelope.Statement.OutputRoot);
        }

        Assert.Contains(64, counts);
        Assert.Contains(128, counts);

        // The role and 140 pieces, then a pause.
        Assert.Contains(141, counts);

        static async IAsyncEnumerable<ChatEvent> LongAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            for (int i = 0; i < 140; i++)
            {
                yield return new ChatEvent { Content = i + " " };
            }

            await Task.Delay(4000, cancellation);
            yield return new ChatEvent { FinishReason = "length" };
        }
    }

    [Fact]
    public async Task BackendDiesBeforeTheFirstByte_IsAnErrorWithItsStatus_AndNoReceipt()
    {
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend(static (_, _) => DieAsync(0)));
        (int status, string body, HttpResponseMessage response) = await node.AskAsync(ChatNode.Streamed());
        Assert.Equal(502, status);
        Assert.Equal("upstream/refused", body.Code());
        Assert.Equal("server_error", body.Json().GetProperty("error").GetProperty("type").GetString());
        Assert.False(response.Headers.Contains("Assay-Receipt"));
        Assert.Single(response.Headers.GetValues("x-request-id"));
    }

    [Fact]
    public async Task BackendDiesOnTheWay_EndsWithAnError_AnAbortReceipt_AndABrokenConnection()
    {
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend(static (_, _) => DieAsync(3)));
        using HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
        (List<string> lines, bool broke) = await response.LinesAsync();
        Assert.True(broke);
        string[] data = lines.Data();
        Assert.DoesNotContain("[DONE]", data);
        Assert.Equal("upstream/refused", data[^1].Code());
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal(ReceiptPhase.Abort, bundle.Envelope.Statement.Phase);
        Assert.Equal(Digest32.Sha256(lines.Transcript()), bundle.Claims.Digest(ClaimRegistry.OutputWireDigest));
        Assert.Equal([""], bundle.Claims.Texts(ClaimRegistry.OutputFinishReason));
        Assert.Equal($": assay-receipt {bundle.Envelope.Statement.Id} {bundle.Envelope.Digest}", lines.Last(static line => line.Length > 0));
        ChatAnswer read = ChatStreamReader.TryRead(ChatKind.Chat, lines.Transcript(), out bool isDone, out _)!;
        Assert.False(isDone);
        Assert.True(read.Parts().Zip(bundle.Output.Parts).All(static pair => pair.First.SameAs(pair.Second!)));
    }

    [Fact]
    public async Task AnAnswerWithoutAWord_BrokenOff_HasAReceiptWithoutParts()
    {
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend(static (_, _) => DieAsync(0, new ChatEvent())));
        using HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
        Assert.True((await response.LinesAsync()).Broke);
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal(ReceiptPhase.Abort, bundle.Envelope.Statement.Phase);
        Assert.Empty(bundle.Output.Parts);
        Assert.Equal(0UL, bundle.Claims.UInt(ClaimRegistry.OutputParts));
    }

    [Theory]
    [InlineData(0, "backend/unfinished")]
    [InlineData(1, "backend/invalid")]
    [InlineData(2, "backend/invalid")]
    [InlineData(3, "backend/invalid")]
    [InlineData(4, "backend/failed")]
    public async Task BackendBreaksItsContract_IsNotSignedAsAnAnswer(int how, string code)
    {
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend((_, _) => BadAsync(how)));
        using HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
        (List<string> lines, bool broke) = await response.LinesAsync();
        Assert.True(broke);
        Assert.Equal(code, lines.Data()[^1].Code());
        Assert.DoesNotContain("secret", string.Concat(lines), StringComparison.Ordinal);
        Assert.Equal(ReceiptPhase.Abort, (await node.BundleAsync(response)).Envelope.Statement.Phase);

        static async IAsyncEnumerable<ChatEvent> BadAsync(int how)
        {
            await Task.Yield();
            yield return new ChatEvent { Content = "a" };
            yield return how switch
            {
                1 => new ChatEvent { Choice = 1, Content = "b" },
                2 => new ChatEvent { FinishReason = "because" },
                3 => new ChatEvent { Tool = new ChatToolFragment(0, null, null, "{}") },
                4 => throw new InvalidOperationException("secret"),
                _ => new ChatEvent { Content = "b" },
            };
        }
    }

    [Fact]
    public async Task TheCallerLeaves_StopsTheWork_AndLeavesAnAbortReceipt()
    {
        TaskCompletionSource<ReceiptPhase> issued = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedBackend backend = new(static (_, cancellation) => EndlessAsync(cancellation));
        await using NodeFixture node = await ChatNode.StartAsync(backend, beforeIssue: phase =>
        {
            issued.TrySetResult(phase);
            return Task.CompletedTask;
        });
        HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
        using (Stream stream = await response.Content.ReadAsStreamAsync())
        {
            await stream.ReadExactlyAsync(new byte[100]);
        }

        response.Dispose();
        Assert.Equal(ReceiptPhase.Abort, await issued.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, backend.Ended);
        Bundle bundle = await EventuallyAsync(() => node.BundleAsync(response));
        Assert.Equal(ReceiptPhase.Abort, bundle.Envelope.Statement.Phase);
    }

    [Theory]
    [InlineData("chat/first-token-timeout", 504)]
    [InlineData("chat/token-timeout", 200)]
    [InlineData("chat/timeout", 200)]
    public async Task TimeLimits_EndAStream(string code, int status)
    {
        ChatModelLimits limits = code switch
        {
            "chat/first-token-timeout" => new() { FirstToken = TimeSpan.FromMilliseconds(100) },
            "chat/token-timeout" => new() { PerToken = TimeSpan.FromMilliseconds(100) },
            _ => new() { Overall = TimeSpan.FromMilliseconds(300) },
        };
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend((_, cancellation) => SlowAsync(code, cancellation)), limits);
        using HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 504)
        {
            Assert.Equal(code, (await response.Content.ReadAsStringAsync()).Code());
            Assert.Equal("false", response.Headers.GetValues("x-should-retry").Single());
            return;
        }

        (List<string> lines, bool broke) = await response.LinesAsync();
        Assert.True(broke);
        Assert.Equal(code, lines.Data()[^1].Code());
        Assert.Equal(ReceiptPhase.Abort, (await node.BundleAsync(response)).Envelope.Statement.Phase);

        static async IAsyncEnumerable<ChatEvent> SlowAsync(string code, [EnumeratorCancellation] CancellationToken cancellation)
        {
            if (code != "chat/first-token-timeout")
            {
                yield return new ChatEvent { Content = "a" };
            }

            while (code == "chat/timeout")
            {
                await Task.Delay(20, cancellation);
                yield return new ChatEvent { Content = "b" };
            }

            await Task.Delay(Timeout.Infinite, cancellation);
            yield return new ChatEvent { FinishReason = "stop" };
        }
    }

    [Fact]
    public async Task ASlowReader_DoesntHoldTheModelForEver()
    {
        TaskCompletionSource<ReceiptPhase> issued = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ScriptedBackend backend = new(static (_, cancellation) => FloodAsync(cancellation));
        await using NodeFixture node = await ChatNode.StartAsync(backend, new ChatModelLimits { Write = TimeSpan.FromMilliseconds(300), AnswerBytes = 16 << 20 }, beforeIssue: phase =>
        {
            issued.TrySetResult(phase);
            return Task.CompletedTask;
        });
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync("127.0.0.1", node.Host.Address.Port);
        string body = ChatNode.Streamed();
        await socket.SendAsync(Encoding.UTF8.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        Assert.Equal(ReceiptPhase.Abort, await issued.Task.WaitAsync(TimeSpan.FromSeconds(15)));
        Assert.Equal(1, backend.Ended);

        static async IAsyncEnumerable<ChatEvent> FloodAsync([EnumeratorCancellation] CancellationToken cancellation)
        {
            string piece = new('x', 4000);
            while (true)
            {
                await Task.Yield();
                cancellation.ThrowIfCancellationRequested();
                yield return new ChatEvent { Content = piece };
            }
        }
    }

    [Fact]
    public async Task StoppingTheNode_EndsStreamsWithAbortReceipts()
    {
        using HttpClient http = new();
        string folder = Directory.CreateTempSubdirectory("assay-chat-").FullName;
        try
        {
            HttpResponseMessage response;
            Task<(List<string> Lines, bool Broke)> reading;
            await using (NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend(static (_, cancellation) => EndlessAsync(cancellation)), folder: folder))
            {
                // By a client of its own: the node's goes first.
                response = await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(node.Host.Address, "/v1/chat/completions")) { Content = new StringContent(ChatNode.Streamed()) }, HttpCompletionOption.ResponseHeadersRead);
                reading = response.LinesAsync();
                await Task.Delay(50);
            }

            (List<string> lines, bool broke) = await reading;
            Assert.True(broke);
            Assert.Equal("chat/stopping", lines.Data()[^1].Code());

            await using NodeFixture again = await ChatNode.StartAsync(folder: folder);
            Bundle bundle = await again.BundleAsync(response);
            Assert.Equal(ReceiptPhase.Abort, bundle.Envelope.Statement.Phase);
            Assert.Equal(Digest32.Sha256(lines.Transcript()), bundle.Claims.Digest(ClaimRegistry.OutputWireDigest));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task TwoHundredStreams_EachEndsWithExactlyOneReceipt()
    {
        ScriptedBackend backend = new(static (plan, cancellation) => ScriptedBackend.Say(plan, ["a", "b", "c", "d", "e", "f"], cancellation));
        int issued = 0;
        await using NodeFixture node = await ChatNode.StartAsync(backend, new ChatModelLimits { ConcurrentPerKey = 1000, Concurrent = 1000 }, beforeIssue: _ =>
        {
            Interlocked.Increment(ref issued);
            return Task.CompletedTask;
        });
        HttpResponseMessage[] all = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
            (List<string> lines, bool broke) = await response.LinesAsync();
            Assert.False(broke);
            Assert.Equal("[DONE]", lines.Data()[^1]);
            return response;
        }));
        Assert.Equal(200, issued);
        Assert.Equal(200, all.Select(static response => response.Headers.GetValues("Assay-Receipt").Single()).Distinct().Count());
        List<ulong> counters = [];
        foreach (HttpResponseMessage response in all)
        {
            Bundle bundle = await node.BundleAsync(response);
            counters.Add(bundle.Envelope.Statement.Counter);
            Assert.Equal(ReceiptPhase.Final, bundle.Envelope.Statement.Phase);
        }

        Assert.Equal(Enumerable.Range(1, 200).Select(static i => (ulong)i), counters.Order());
        Assert.Equal(0, backend.Running);
    }

    private static async Task<Bundle> EventuallyAsync(Func<Task<Bundle>> get)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return await get();
            }
            catch (Exception) when (i < 50)
            {
                await Task.Delay(50);
            }
        }
    }

    private static async IAsyncEnumerable<ChatEvent> DieAsync(int after, ChatEvent? first = null)
    {
        await Task.Yield();
        if (first is not null)
        {
            yield return first;
        }

        for (int i = 0; i < after; i++)
        {
            yield return new ChatEvent { Content = "piece " + i };
        }

        throw new ChatBackendException("upstream/refused", "The upstream refused.");
    }

    private static async IAsyncEnumerable<ChatEvent> EndlessAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (int i = 0; ; i++)
        {
            yield return new ChatEvent { Content = "piece " + i };
            await Task.Delay(5, cancellation);
        }
    }
}
