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
    public void ACapture_IsReadWithEitherLineEnd(string lineEnd)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Good.Replace("\n", lineEnd, StringComparison.Ordinal));
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
    public void ACapture_MayLoseItsLastLines()
    {
        Assert.True(SseCapture.TryRead("data: 1\n\ndata: [DONE]"u8, out _)!.IsDone);
        Assert.True(SseCapture.TryRead("data: 1\n\ndata: [DONE]\n"u8, out _)!.IsDone);
        Assert.True(SseCapture.TryRead("data: 1\r\n\r\ndata: [DONE]\r"u8, out _)!.IsDone);
        SseCapture cut = SseCapture.TryRead("data: 1\n\ndata: 2\n"u8, out _)!;
        Assert.Equal((1, false), (cut.Count, cut.IsDone));

        // The standard's parser dispatches the second event here: its empty line's end was cut in two.
        Assert.Equal(2, SseCapture.TryRead("data: 1\r\n\r\ndata: 2\r\n\r"u8, out _)!.Count);
        Assert.False(SseCapture.LooksLike("""{"id":1}"""u8));
    }

    // What is refused, and why: tests/web reads these cases from here.
    [Theory]
    [InlineData("event: error\ndata: 1\n\ndata: [DONE]\n\n", "type")]
    [InlineData("event: message \ndata: 1\n\ndata: [DONE]\n\n", "type")]
    [InlineData("event:  message\ndata: 1\n\ndata: [DONE]\n\n", "type")]
    [InlineData("data: 1\nevent: ping\n\ndata: [DONE]\n\n", "type")]
    [InlineData("data\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("data: 1\ndata\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("data : 1\n\ndata: [DONE]\n\n", "no line")]
    [InlineData(" data: 1\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("Data: 1\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("data: 1\n\nwhat is this\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("data: 1\n\nHTTP/1.1 200 OK\n\ndata: [DONE]\n\n", "no line")]
    [InlineData(": a\nHTTP/1.1 200 OK\ndata: 7\n\ndata: 1\n\ndata: [DONE]\n\n", "no line")]
    [InlineData("HTTP/1.1 200 OK\ndata: 7\n\ndata: 1\n\ndata: [DONE]\n\n", "head of an HTTP answer")]
    [InlineData("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\r\n\r\ndata: [DONE]\r\n\r\n", "head of an HTTP answer")]
    [InlineData("\r\n\r\nHTTP/2 200 \r\nDATA: 7\r\n\r\ndata: 1\n\ndata: [DONE]\n\n", "head of an HTTP answer")]
    [InlineData(" \tHTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nx: y\n data: 7\n\ndata: 1\n\ndata: [DONE]\n\n", "head of an HTTP answer")]
    [InlineData("\uFEFFHTTP/1.1 200 OK\ndata: 7\n\ndata: 1\n\ndata: [DONE]\n\n", "byte order mark")]
    [InlineData("\uFEFFdata: 1\n\ndata: [DONE]\n\n", "byte order mark")]
    [InlineData(": a\rdata: 7\n\ndata: 1\n\ndata: [DONE]\n\n", "CR alone")]
    [InlineData("data: 1\r\rdata: [DONE]\r\r", "CR alone")]
    [InlineData("data: 1\n\ndata: [DONE]\n\n: a\rdata: 7\r\r", "CR alone")]
    [InlineData("data: 1\n\ndata: [DONE]\n\n: a\r\r\n", "CR alone")]
    [InlineData(": a\u2028data: 7\n\ndata: 1\n\ndata: [DONE]\n\n", "control character")]
    [InlineData(": a\u0085data: 7\n\ndata: 1\n\ndata: [DONE]\n\n", "control character")]
    [InlineData("id: \u0000\ndata: 1\n\ndata: [DONE]\n\n", "control character")]
    [InlineData("retry: 1\u000bdata: 7\ndata: 1\n\ndata: [DONE]\n\n", "control character")]
    [InlineData("data: [DONE]\n\ndata: 7\n", "follows [DONE]")]
    [InlineData("data: [DONE]\n\ndata: 7", "follows [DONE]")]
    [InlineData("data: [DONE]\ndata: 7", "several lines")]
    [InlineData("data: [DONE]\n\ndat", "no line")]
    [InlineData("data: {\"error\":{}}\n\ndata: 7", "follows the error")]
    public void WhatClientsWouldReadOtherwise_IsRefused(string text, string why)
    {
        Assert.Null(SseCapture.TryRead(Encoding.UTF8.GetBytes(text), out string? error));
        Assert.Contains(why, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(": hello\r\ndata: 1\r\n\r\n")]
    [InlineData("\r\n\n: \tdata: 7\ndata:1\n: between\n\n")]
    [InlineData("event: message\nretry: 10\nid: 7\ndata: 1\n\n")]
    [InlineData("event\ndata: 1\n\n")]
    [InlineData("event:\ndata: 1\n\nevent: err")]
    [InlineData("data: 1\n\ndata: 2\ndata: 3")]
    public void FieldsThatSayNothing_ArentPartOfIt(string text) =>
        Assert.Equal("1\n", Encoding.UTF8.GetString(SseCapture.TryRead(Encoding.UTF8.GetBytes(text), out _)!.Transcript.Span));

    [Fact]
    public void WhatIsNoUtf8_IsRefused()
    {
        Assert.Null(SseCapture.TryRead([.. ": "u8, 0xC3, .. "\n\ndata: 1\n\n"u8], out string? comment));
        Assert.Null(SseCapture.TryRead([.. "data: "u8, 0xFF, .. "\n\n"u8], out string? data));
        Assert.Equal((true, true), (comment!.Contains("UTF-8", StringComparison.Ordinal), data!.Contains("UTF-8", StringComparison.Ordinal)));
        Assert.Equal(1, SseCapture.TryRead([.. "data: 1\n\ndata: "u8, 0xC3], out _)!.Count);
    }

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
    public void Fuzz_WhatIsAccepted_IsWhatClientsShow()
    {
        FuzzSummary summary = FuzzRun.Run(
            [Encoding.UTF8.GetBytes(Good), Encoding.UTF8.GetBytes(Good.Replace("\n", "\r\n", StringComparison.Ordinal)), "data: 1\n\ndata: {\"error\":{\"message\":\"x\"}}\n\n: a\n\n"u8.ToArray()],
            IsAcceptedAsShown,
            oneOf: 5);
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
    }

    // Whole lines and pieces of them in any order reach what flipped bits don't.
    [Fact]
    public void Fuzz_WhatIsAccepted_IsWhatClientsShow_InAnyOrder()
    {
        string[] pieces =
        [
            "\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "data: 1\n\n", "data: [DONE]\n\n", "data: {\"error\":1}\n\n", "data:", "data: ", "data", "data: 2", "[DONE]", ": c", ":", " ",
            "event: message\n", "event:", "event", "event: x", "id: 7\n", "id", "retry: 1\n", "message", "\0", "\t", "\uFEFF", "\u2028", "\u0085", "HTTP/1.1 200 OK\n", "x: y\n",
        ];
        Random random = new(7);
        int accepted = 0, shown = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Next(1, 9)).SelectMany(_ => Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]))];
            bool isAccepted = IsAcceptedAsShown(bytes);
            accepted += isAccepted ? 1 : 0;
            shown += isAccepted && EventStream.Events(bytes).Count > 0 ? 1 : 0;
        }

        Assert.True(accepted > 10_000 && shown > 5_000, $"{accepted} accepted, {shown} with events");
    }

    private static bool IsAcceptedAsShown(byte[] bytes)
    {
        SseCapture? capture = SseCapture.TryRead(bytes, out string? error);
        Assert.Equal(capture is null, error is not null);
        if (capture is null)
        {
            return false;
        }

        IReadOnlyList<(string Type, string Data)> events = EventStream.Events(bytes);
        if (capture.IsDone && events.Count < capture.Count)
        {
            // The empty line after [DONE] may be missing, which shows nothing; nothing else may.
            events = EventStream.Events([.. bytes, .. "\n\n"u8]);
        }

        Assert.All(events, static item => Assert.Equal("message", item.Type));
        string text = string.Concat(events.Select(static item => item.Data + "\n"));
        Assert.True(text == Encoding.UTF8.GetString(capture.Transcript.Span) && events.Count == capture.Count, $"{Convert.ToHexString(bytes)}: {text}");
        return true;
    }
}
