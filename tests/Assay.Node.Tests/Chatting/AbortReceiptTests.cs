using System.Runtime.CompilerServices;
using System.Text;
using Assay.Chat;
using Assay.Node.Chatting;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Tests.Chatting;

/// <summary>An honest node's abort receipt must say what its transcript says.</summary>
public sealed class AbortReceiptTests
{
    [Theory]
    [InlineData("too-long")]
    [InlineData("reason")]
    [InlineData("timeout")]
    public async Task AbortReceipt_HasThePartsOfItsTranscript(string how)
    {
        ChatModelLimits limits = how == "timeout" ? new ChatModelLimits { PerToken = TimeSpan.FromMilliseconds(200) } : new ChatModelLimits { AnswerBytes = 65536 };
        await using NodeFixture node = await ChatNode.StartAsync(new ScriptedBackend((_, c) => how switch { "too-long" => LongAsync(), "reason" => ReasonAsync(), _ => LateAsync(c) }), limits);
        using HttpResponseMessage response = await node.OpenAsync(ChatNode.Streamed());
        (List<string> lines, bool broke) = await response.LinesAsync();
        Assert.True(broke);
        Bundle bundle = await node.BundleAsync(response);
        Assert.Equal(ReceiptPhase.Abort, bundle.Envelope.Statement.Phase);
        Assert.Equal(Digest32.Sha256(lines.Transcript()), bundle.Claims.Digest(ClaimRegistry.OutputWireDigest));
        ChatAnswer read = ChatStreamReader.TryRead(ChatKind.Chat, lines.Transcript(), out bool _, out _)!;
        string sent = read.Choices[0].Content!, signed = Encoding.UTF8.GetString(bundle.Output.Parts[0]!.Data.Span);
        Assert.True(sent == signed, $"{how}: sent {sent.Length} characters, signed {signed.Length} [{lines.Data()[^1]}]");

        static async IAsyncEnumerable<ChatEvent> LongAsync()
        {
            await Task.Yield();
            while (true)
            {
                yield return new ChatEvent { Content = new string('x', 1000) };
            }
        }

        static async IAsyncEnumerable<ChatEvent> ReasonAsync()
        {
            await Task.Yield();
            yield return new ChatEvent { Content = "a" };
            yield return new ChatEvent { Content = "b", FinishReason = "because" };
        }

        // As a server's events do that were read already when the time passed.
        static async IAsyncEnumerable<ChatEvent> LateAsync([EnumeratorCancellation] CancellationToken c)
        {
            await Task.Yield();
            yield return new ChatEvent { Content = "a" };
            await Task.WhenAny(Task.Delay(Timeout.Infinite, c));
            yield return new ChatEvent { Content = "b" };
        }
    }
}
