using System.Text;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Chat.Tests;

public sealed class BindingTests
{
    [Fact]
    public void AppliedParameters_ReadBack_AndNameWhatDiffers()
    {
        ChatParameters asked = new() { Temperature = 0.1, TopP = 1e-7, Stop = ["a\"b", "\n"], LogitBias = new Dictionary<int, double> { [7] = -100, [3] = 0.5 }, ToolChoice = "auto", N = 2, Logprobs = true, Seed = 3 };
        string text = AppliedParameters.TextOf(ChatKind.Chat, asked);
        ChatParameters read = AppliedParameters.TryRead(ChatKind.Chat, text)!;
        Assert.Equal(text, AppliedParameters.TextOf(ChatKind.Chat, read));
        Assert.Empty(AppliedParameters.Differences(ChatKind.Chat, asked, read));
        Assert.Equal(["n", "temperature"], AppliedParameters.Differences(ChatKind.Chat, asked, read with { N = 1, Temperature = null, MaxTokens = 5 }));
        Assert.Null(AppliedParameters.TryRead(ChatKind.Chat, """{"temperature":1,"answer":42}"""));
        Assert.Null(AppliedParameters.TryRead(ChatKind.Chat, """{"temperature":"1"}"""));
        Assert.Null(AppliedParameters.TryRead(ChatKind.Chat, "{"));
    }

    [Fact]
    public void WithoutTools_ThereIsNoDigestOfThem()
    {
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, """{"model":"m","messages":[{"role":"user","content":"x"}]}"""u8.ToArray(), out _)!;
        Assert.Null(ChatDigests.Tools(request));
        Assert.Null(ChatDigests.SystemPrompt(request.Messages));
        Assert.Null(ChatDigests.Attachments(request));
    }

    [Fact]
    public void SealedMessages_HaveSaltsOfTheirOwn_AndReadBack()
    {
        ChatRequest request = ChatRequestReader.TryRead(ChatKind.Chat, """{"model":"m","messages":[{"role":"user","content":"x"},{"role":"user","content":"x"}]}"""u8.ToArray(), out _)!;
        IReadOnlyList<byte[]> sealedOnes = SealedMessage.SealAll(request, new byte[32]);
        Assert.NotEqual(sealedOnes[0], sealedOnes[1]);
        Assert.Equal(sealedOnes[1], SealedMessage.Seal(request.Messages[1], new byte[32], 1));
        Assert.Equal("""{"role":"user","content":"x"}""", Encoding.UTF8.GetString(SealedMessage.TryDecode(sealedOnes[1])!.Raw.Span));
        Assert.Null(SealedMessage.TryDecode(sealedOnes[1].AsMemory(1)));
        Assert.Null(SealedMessage.TryDecode(default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void ATranscript_HasTheTreesRoot(int events)
    {
        StreamTranscript transcript = new();
        string[] data = [.. Enumerable.Range(0, events).Select(static i => $"event {i}")];
        foreach (string item in data)
        {
            transcript.Add(Encoding.UTF8.GetBytes(item));
        }

        Assert.Equal(MerkleTree.Root([.. data.Select(static item => MerkleTree.LeafHash(Encoding.UTF8.GetBytes(item)))]), transcript.Root());
        Assert.Equal(events, transcript.Count);
    }

    [Fact]
    public void AnUpstreamsWord_ReadsBackInItsOneSpelling()
    {
        UpstreamWord word = new() { Origin = "https://api.example.com:443", Model = "m-\"1\"", Certificate = Digest32.Sha256("c"u8), Attempt = 2 };
        Assert.Equal(word, UpstreamWord.TryRead(word.Text));
        Assert.Null(UpstreamWord.TryRead(word.Text + " "));
        Assert.Null(UpstreamWord.TryRead(word.Text.Replace("\"attempt\":2", "\"attempt\":0", StringComparison.Ordinal)));
        Assert.Null(UpstreamWord.TryRead("[]"));
    }

    [Fact]
    public void ToolCalls_HaveOneText()
    {
        Assert.Equal("""[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}}]""", ChatToolCall.TextOf([new ChatToolCall("a", "f", """{"x":1}""")]));
    }
}
