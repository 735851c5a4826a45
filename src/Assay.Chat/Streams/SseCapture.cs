using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>
/// A stream as it came over the wire, <c>text/event-stream</c> as <c>curl -N</c> writes it: its events, and what its comments say (spec/chat.md, "Saved streams").
/// What is compared here must be what was shown there: to the standard's own parser the events of what is accepted are those of its transcript. What a client reads
/// otherwise, or some clients do, is refused: events of another type, lines of no such stream (an answer's head among them), lines that not all clients end alike.
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

    private static ReadOnlySpan<byte> Done => "[DONE]"u8;

    private bool IsEnded => IsDone || ErrorMessage is not null;

    private string Follows => IsDone ? "an event follows [DONE]" : "an event follows the error that ends the stream";

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
        error = capture.Read(bytes);
        return error is null ? capture : null;
    }

    private static ReadOnlySpan<byte> SkipMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;

    private string? Read(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("\uFEFF"u8))
        {
            return "it begins with a byte order mark, which some clients take for a part of its first line";
        }

        if (rest.TrimStart(" \t\r\n"u8).StartsWith("HTTP/"u8))
        {
            return "it begins with the head of an HTTP answer, whose lines a client would read as the stream's: save the body alone, without curl's -i";
        }

        ReadOnlySpan<byte> data = default;
        bool hasData = false;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> line = NextLine(ref rest, out bool isWhole);
            if (line.Contains((byte)'\r'))
            {
                return "a line ends with CR alone, which clients read in different ways";
            }

            // A line that was cut short says nothing, as its event doesn't; but behind the end some clients would still show it.
            if (!isWhole && !IsEnded && !(hasData && data.SequenceEqual(Done)) && !line.SequenceEqual("data: [DONE]"u8))
            {
                break;
            }

            if (Refusal(line) is { } error)
            {
                return error;
            }

            if (line.StartsWith("data:"u8))
            {
                if (hasData || IsEnded)
                {
                    return hasData ? "an event has data of several lines" : Follows;
                }

                data = FieldValue(line["data:"u8.Length..]);
                hasData = true;
            }
            else if (line.StartsWith(":"u8))
            {
                Comment(line[1..]);
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
        return hasData && data.SequenceEqual(Done) ? Event(data) : null;
    }

    // LF or CR LF. The standard also has CR alone, which nobody writes and many clients don't know; at the very end it may be half of a CR LF.
    private static ReadOnlySpan<byte> NextLine(scoped ref ReadOnlySpan<byte> rest, out bool isWhole)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        bool hasReturn = line.EndsWith("\r"u8);
        isWhole = end >= 0 || hasReturn;
        return hasReturn ? line[..^1] : line;
    }

    private static ReadOnlySpan<byte> FieldValue(ReadOnlySpan<byte> value) => value.StartsWith(" "u8) ? value[1..] : value;

    // Clients hand events of other types to other listeners, or to none; some end lines at other characters too, and would find fields inside of comments.
    private static string? Refusal(ReadOnlySpan<byte> line) =>
        !Utf8.IsValid(line) ? "a line isn't UTF-8"
        : line.StartsWith("data:"u8) ? null
        : HasControls(line) ? "a control character or line separator stands beside the events' data"
        : line.StartsWith("event:"u8) ? FieldValue(line["event:"u8.Length..]) is { IsEmpty: false } type && !type.SequenceEqual("message"u8) ? "an event is of another type than 'message'" : null
        : line.IsEmpty || line.StartsWith(":"u8) || line.StartsWith("id:"u8) || line.StartsWith("retry:"u8) || line.SequenceEqual("event"u8) || line.SequenceEqual("id"u8) || line.SequenceEqual("retry"u8) ? null
        : "there is text that is no line of an event stream";

    private static bool HasControls(ReadOnlySpan<byte> line) =>
        line.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || line.IndexOfAnyInRange((byte)10, (byte)31) >= 0
        || line.IndexOf("\u0085"u8) >= 0 || line.IndexOf("\u2028"u8) >= 0 || line.IndexOf("\u2029"u8) >= 0;

    private string? Event(ReadOnlySpan<byte> data)
    {
        if (data.StartsWith("{\"error\":"u8) && StrictJson.TryParse(data, ChatLimits.EventBytes, ChatLimits.Depth) is { ValueKind: JsonValueKind.Object } root)
        {
            JsonElement problem = root.GetProperty("error");
            ErrorMessage = problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String ? message.GetString() : "";
        }

        if (data.Length > ChatLimits.EventBytes || _transcript.WrittenCount + data.Length > ChatLimits.AnswerBytes)
        {
            return "an event, or the stream, is too long";
        }

        IsDone = data.SequenceEqual(Done);
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
