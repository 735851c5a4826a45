using System.Text;
using Assay.Chat;

namespace Assay.Client.Tests.Chats;

/// <summary>Lines of a stream, however its bytes come.</summary>
public sealed class StreamLinesTests
{
    private const string Stream = ": assay-stream AAAA\n\ndata: {\"a\":1}\r\n\r\ndata:x\rdata: y\n:\nid: 7\n\n\ndata: [DONE]\n\nrest";

    [Fact]
    public void Wherever_it_is_cut_the_lines_are_the_same_and_nothing_is_lost()
    {
        List<ChatStreamLine> whole = Lines([Encoding.UTF8.GetBytes(Stream)]);
        Assert.Equal(["{\"a\":1}", "x", "y", "[DONE]"], whole.Where(static line => line.Data is not null).Select(static line => Encoding.UTF8.GetString(line.Data!.Value.Span)));
        Assert.Equal([": assay-stream AAAA\n", ":\n"], whole.Where(static line => line.IsComment).Select(static line => Encoding.UTF8.GetString(line.Raw.Span)));
        Assert.Equal(Stream, string.Concat(whole.Select(static line => Encoding.UTF8.GetString(line.Raw.Span))));
        Assert.Single(whole, static line => line.IsDone);
        for (int one = 0; one < Stream.Length; one++)
        {
            for (int two = one; two < Stream.Length; two += 5)
            {
                List<ChatStreamLine> cut = Lines([Encoding.UTF8.GetBytes(Stream[..one]), Encoding.UTF8.GetBytes(Stream[one..two]), Encoding.UTF8.GetBytes(Stream[two..])]);
                Assert.Equal(whole.Select(static line => Encoding.UTF8.GetString(line.Raw.Span)), cut.Select(static line => Encoding.UTF8.GetString(line.Raw.Span)));
            }
        }
    }

    [Fact]
    public void The_events_are_those_of_the_reader_of_saved_streams()
    {
        Random random = new(5);
        string[] pieces = ["data: a\n", "data:b\r\n", "\n", "\r", "\r\n", ": c\n", "data: [DONE]\n\n", "event: x\n", "data", "data: {}\n\n"];
        int compared = 0;
        for (int round = 0; round < 5000; round++)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)])));
            if (SseCapture.TryRead(bytes, out _) is not { } capture)
            {
                continue;
            }

            // An event counts once the empty line after it came; what is cut short there is left out, and so no part of what is checked.
            string transcript = string.Concat(Lines([bytes]).Where(static line => line.Data is not null).Select(static line => Encoding.UTF8.GetString(line.Data!.Value.Span) + "\n"));
            Assert.StartsWith(Encoding.UTF8.GetString(capture.Transcript.Span), transcript, StringComparison.Ordinal);
            compared++;
        }

        Assert.True(compared > 500);
    }

    [Fact]
    public void Nothing_grows_without_end()
    {
        StreamLines lines = new(10);
        Assert.True(lines.TryAdd("data: 1234"u8));
        Assert.False(lines.TryAdd("5"u8));
        Assert.False(lines.TryTake(isEnd: false, out _));
        Assert.True(lines.TryTake(isEnd: true, out ChatStreamLine line));
        Assert.Equal("1234", Encoding.UTF8.GetString(line.Data!.Value.Span));
        Assert.False(lines.TryTake(isEnd: true, out _));
    }

    private static List<ChatStreamLine> Lines(IReadOnlyList<byte[]> chunks)
    {
        StreamLines lines = new(1 << 20);
        List<ChatStreamLine> all = [];
        foreach (byte[] chunk in chunks)
        {
            Assert.True(lines.TryAdd(chunk));
            Take(isEnd: false);
        }

        Take(isEnd: true);
        return all;

        void Take(bool isEnd)
        {
            while (lines.TryTake(isEnd, out ChatStreamLine line))
            {
                all.Add(line);
            }
        }
    }
}
