using System.Buffers.Text;
using System.Text;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Chat.Tests;

public sealed class SseCaptureTests
{
    private static readonly string Salt = Base64Url.EncodeToString(new byte[16]);

    private static readonly string Good =
        $": assay-stream {Salt}\n\ndata: {{\"a\":1}}\n\n: ping\n\n: assay-progress 1 AQID\n\nevent: message\nid: 7\ndata:{{\"a\":2}}\n\ndata: [DONE]\n\n: assay-receipt rcpt-1 {new string('a', 64)}\n\n";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void ACapture_IsReadInAnyFraming(string lineEnd)
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Good.Replace("\n", lineEnd, StringComparison.Ordinal))];
        Assert.True(SseCapture.LooksLike(bytes));
        SseCapture capture = SseCapture.TryRead(bytes, out string? error)!;
        Assert.Null(error);
        Assert.Equal("{\"a\":1}\n{\"a\":2}\n[DONE]\n", Encoding.UTF8.GetString(capture.Transcript.Span));
        Assert.Equal((3, true, 16, "rcpt-1"), (capture.Count, capture.IsDone, capture.Salt!.Value.Length, capture.ReceiptId));
        Assert.True(Digest32.TryParseHex(new string('a', 64), out Digest32 digest));
        Assert.Equal(digest, capture.ReceiptDigest);
        SseProgress progress = Assert.Single(capture.Progress);
        Assert.Equal((1, "010203"), (progress.Count, Convert.ToHexString(progress.Envelope.Span)));
    }

    [Fact]
    public void ACapture_MayBeginWithHeaders_AndLoseItsLastLines()
    {
        Assert.True(SseCapture.TryRead("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\ndata: [DONE]"u8, out _)!.IsDone);
        Assert.True(SseCapture.TryRead("data: 1\n\ndata: [DONE]\n"u8, out _)!.IsDone);
        SseCapture cut = SseCapture.TryRead("data: 1\n\ndata: 2\n"u8, out _)!;
        Assert.Equal((1, false), (cut.Count, cut.IsDone));
        Assert.False(SseCapture.LooksLike("""{"id":1}"""u8));
    }

    [Theory]
    [InlineData("event: error\ndata: 1\n\ndata: [DONE]\n\n", "type")]
    [InlineData("event: message \ndata: 1\n\ndata: [DONE]\n\n", "type")]
    [InlineData("event:  message\ndata: 1\n\ndata: [DONE]\n\n", "type")]
    [InlineData("data: 1\nevent: ping\n\ndata: [DONE]\n\n", "type")]
    [InlineData("data\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("data : 1\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("Data: 1\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("data: 1\n\nwhat is this\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("data: 1\n\nHTTP/1.1 200 OK\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("HTTP/1.1 200 OK\nno header\n\ndata: [DONE]\n\n", "header")]
    [InlineData("HTTP/1.1 200 OK\n: 1\n\ndata: [DONE]\n\n", "header")]
    [InlineData("HTTP/1.1 200 OK\ncontent-type: application/json\n\ndata: [DONE]\n\n", "text/event-stream")]
    [InlineData("HTTP/1.1 500 No\ncontent-type: text/event-stream\n\ndata: [DONE]\n\n", "status")]
    [InlineData("HTTP/1.1 200 OK\ncontent-type: text/event-stream", "headers")]
    public void WhatClientsWouldReadOtherwise_IsRefused(string text, string why)
    {
        Assert.Null(SseCapture.TryRead(Encoding.UTF8.GetBytes(text), out string? error));
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\ndata: 7\r\n\r\ndata: 1\r\n\r\n")]
    [InlineData("HTTP/2 200 \r\ncontent-type:text/event-stream\r\nassay-level: signed\r\n\r\n: hello\r\ndata: 1\r\n\r\n")]
    [InlineData("event: message\nretry: 10\nid: 7\ndata: 1\n\n")]
    [InlineData("event\ndata: 1\n\n")]
    [InlineData("event:\ndata: 1\n\nevent: err")]
    public void Headers_AndFieldsThatSayNothing_ArentPartOfIt(string text) =>
        Assert.Equal("1\n", Encoding.UTF8.GetString(SseCapture.TryRead(Encoding.UTF8.GetBytes(text), out _)!.Transcript.Span));

    [Fact]
    public void AnError_EndsTheStream_AndIsItsLastEvent()
    {
        SseCapture capture = SseCapture.TryRead("data: 1\n\ndata: {\"error\":{\"message\":\"upstream died\"}}\n\n"u8, out _)!;
        Assert.Equal((2, "upstream died", false), (capture.Count, capture.ErrorMessage, capture.IsDone));
        Assert.Null(SseCapture.TryRead("data: {\"error\":{}}\n\ndata: 1\n\n"u8, out string? after));
        Assert.Contains("follows the error", after, StringComparison.Ordinal);
        Assert.Null(SseCapture.TryRead("data: [DONE]\n\ndata: 1\n\n"u8, out _));
        Assert.Null(SseCapture.TryRead("data: 1\ndata: 2\n\n"u8, out _));
    }

    [Fact]
    public void Fuzz_Captures()
    {
        FuzzSummary summary = FuzzRun.Run(
            [Encoding.UTF8.GetBytes(Good)],
            static bytes =>
            {
                SseCapture? capture = SseCapture.TryRead(bytes, out string? error);
                Assert.Equal(capture is null, error is not null);
                return capture is not null;
            },
            oneOf: 5);
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
    }
}
