using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>
/// A stream as it came over the wire, <c>text/event-stream</c> as <c>curl -N</c> writes it: its events, and what its comments say (spec/chat.md, "Stream").
/// Any framing that the standard allows: LF, CR LF or CR, comments anywhere, an answer's headers in front of it. What a client would read otherwise, such as
/// events of another type, or is no line of such a stream, is refused: what is compared here must be what was shown there.
/// </summary>
public sealed class SseCapture
{
    private const int MaxProgress = 1 << 16;
    private const int MaxComment = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _transcript = new(1024);
    private readonly List<SseProgress> _progress = [];

    private SseCapture()
    {
    }

    /// <summary>The data of each event and a line feed after it, <c>[DONE]</c> or the error that ended it included.</summary>
    public ReadOnlyMemory<byte> Transcript => _transcript.WrittenMemory;

    /// <summary>How many events the transcript has.</summary>
    public int Count { get; private set; }

    /// <summary>Whether its last event is <c>[DONE]</c>.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The message of the error with which the stream was broken off; null: there was none.</summary>
    public string? ErrorMessage { get; private set; }

    /// <summary>The salt of its progress receipts; null: no such comment.</summary>
    public ReadOnlyMemory<byte>? Salt { get; private set; }

    /// <summary>Its progress receipts, in order.</summary>
    public IReadOnlyList<SseProgress> Progress => _progress;

    /// <summary>The final receipt's id; null: no such comment.</summary>
    public string? ReceiptId { get; private set; }

    /// <summary>The final receipt's digest; null: no such comment.</summary>
    public Digest32? ReceiptDigest { get; private set; }

    /// <summary>Whether bytes look like a capture, and neither like a body nor like a transcript, which begin with a brace.</summary>
    public static bool LooksLike(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> text = SkipMark(bytes).TrimStart(" \t\r\n"u8);
        return text.StartsWith(":"u8) || text.StartsWith("data:"u8) || text.StartsWith("event:"u8) || text.StartsWith("id:"u8) || text.StartsWith("retry:"u8) || text.StartsWith("HTTP/"u8);
    }

    /// <summary>Reads a capture; null with what is wrong with it, in words without a full stop. Never throws. An event that was cut short is left out.</summary>
    public static SseCapture? TryRead(ReadOnlySpan<byte> bytes, out string? error)
    {
        if (bytes.Length > 2 * ChatLimits.AnswerBytes)
        {
            error = "it is longer than 128 MiB";
            return null;
        }

        SseCapture capture = new();
        error = capture.Read(SkipMark(bytes));
        return error is null ? capture : null;
    }

    private static ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes[3..] : bytes;

    private string? Read(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> data = default;
        bool hasData = false;
        if (SkipHeaders(ref rest) is { } problem)
        {
            return problem;
        }

        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> line = NextLine(ref rest, out bool isWhole);
            if (!isWhole && !line.SequenceEqual("data: [DONE]"u8))
            {
                break;
            }

            if (line.StartsWith("data:"u8))
            {
                if (hasData)
                {
                    return "an event has data of several lines";
                }

                data = FieldValue(line["data:"u8.Length..]);
                hasData = true;
            }
            else if (line.StartsWith(":"u8))
            {
                Comment(line[1..]);
            }
            else if (Refusal(line) is { } error)
            {
                return error;
            }
            else if (line.IsEmpty && hasData)
            {
                if (Event(data) is { } wrong)
                {
                    return wrong;
                }

                hasData = false;
            }
        }

        // Whoever saved it may have lost the last empty lines.
        return hasData && data.SequenceEqual("[DONE]"u8) ? Event(data) : null;
    }

    private static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> rest, out bool isWhole)
    {
        int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        isWhole = end >= 0;
        ReadOnlySpan<byte> line = isWhole ? rest[..end] : rest;
        rest = !isWhole ? default : rest[(rest[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1)..];
        return line;
    }

    private static ReadOnlySpan<byte> FieldValue(ReadOnlySpan<byte> value) => value.StartsWith(" "u8) ? value[1..] : value;

    // Clients hand events of other types to other listeners, or to none.
    private static string? Refusal(ReadOnlySpan<byte> line) =>
        line.StartsWith("event:"u8) ? FieldValue(line["event:"u8.Length..]) is { IsEmpty: false } type && !type.SequenceEqual("message"u8) ? "an event is of another type than 'message'" : null
        : line.IsEmpty || line.StartsWith("id:"u8) || line.StartsWith("retry:"u8) || line.SequenceEqual("event"u8) || line.SequenceEqual("id"u8) || line.SequenceEqual("retry"u8) ? null
        : "there is text that is no line of an event stream";

    // An answer's head as curl -i writes it, interim answers before it.
    private static string? SkipHeaders(scoped ref ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> trimmed = rest.TrimStart("\r\n"u8);
        if (!trimmed.StartsWith("HTTP/"u8))
        {
            return null;
        }

        rest = trimmed;
        bool isInterim = true;
        while (isInterim && rest.StartsWith("HTTP/"u8))
        {
            ReadOnlySpan<byte> status = NextLine(ref rest, out _);
            int space = status.IndexOf((byte)' ');
            ReadOnlySpan<byte> number = space < 0 ? default : status[(space + 1)..];
            isInterim = number.StartsWith("1"u8);
            if (!isInterim && !number.StartsWith("200"u8))
            {
                return "its status isn't 200";
            }

            while (true)
            {
                ReadOnlySpan<byte> line = NextLine(ref rest, out bool isWhole);
                if (!isWhole)
                {
                    return "its headers don't end";
                }

                if (line.IsEmpty)
                {
                    break;
                }

                if (Header(line) is { } error)
                {
                    return error;
                }
            }
        }

        return isInterim ? "its headers have no status" : null;
    }

    private static string? Header(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
        {
            return "a line in front of it is no header";
        }

        ReadOnlySpan<byte> type = line[(colon + 1)..].Trim(" \t"u8);
        int end = type.IndexOf((byte)';');
        return System.Text.Ascii.EqualsIgnoreCase(line[..colon], "content-type"u8) && !System.Text.Ascii.EqualsIgnoreCase((end < 0 ? type : type[..end]).TrimEnd(" \t"u8), "text/event-stream"u8)
            ? "its headers say that it isn't text/event-stream" : null;
    }

    private string? Event(ReadOnlySpan<byte> data)
    {
        if (IsDone || ErrorMessage is not null)
        {
            return IsDone ? "an event follows [DONE]" : "an event follows the error that ends the stream";
        }

        if (data.StartsWith("{\"error\":"u8) && StrictJson.TryParse(data, ChatLimits.EventBytes, ChatLimits.Depth) is { ValueKind: JsonValueKind.Object } root)
        {
            JsonElement problem = root.GetProperty("error");
            ErrorMessage = problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String ? message.GetString() : "";
        }

        if (data.Length > ChatLimits.EventBytes || _transcript.WrittenCount + data.Length > ChatLimits.AnswerBytes)
        {
            return "an event, or the stream, is too long";
        }

        IsDone = data.SequenceEqual("[DONE]"u8);
        _transcript.Write(data);
        _transcript.Write("\n"u8);
        Count++;
        return null;
    }

    // A comment that isn't ours, or isn't of its form, says nothing: proxies write their own.
    private void Comment(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxComment || !text.StartsWith(" assay-"u8))
        {
            return;
        }

        string[] words = Encoding.UTF8.GetString(text[1..]).Split(' ');
        Span<byte> bytes = new byte[text.Length];
        switch (words)
        {
            case ["assay-stream", { } salt] when Salt is null && Count == 0:
                if (Base64Url.DecodeFromChars(salt, bytes, out _, out int length) == OperationStatus.Done && length == StreamHead.SaltLength)
                {
                    Salt = bytes[..length].ToArray();
                }

                break;
            case ["assay-progress", { } count, { } envelope] when _progress.Count < MaxProgress:
                if (int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int events) && Base64Url.DecodeFromChars(envelope, bytes, out _, out int size) == OperationStatus.Done)
                {
                    _progress.Add(new SseProgress(events, bytes[..size].ToArray()));
                }

                break;
            case ["assay-receipt", { } id, { } digest] when ReceiptId is null:
                if (Digest32.TryParseHex(digest, out Digest32 read))
                {
                    (ReceiptId, ReceiptDigest) = (id, read);
                }

                break;
        }
    }
}
