using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Assay.Primitives;

namespace Assay.Chat;

/// <summary>
/// A stream as it came over the wire, <c>text/event-stream</c> as <c>curl -N</c> writes it: its events, and what its comments say (spec/chat.md, "Stream").
/// Any framing that the standard allows: LF, CR LF or CR, comments anywhere, other fields, headers in front of it.
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
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            if (end >= 0 || line.SequenceEqual("data: [DONE]"u8))
            {
                if (line.StartsWith("data:"u8))
                {
                    if (hasData)
                    {
                        return "an event has data of several lines";
                    }

                    ReadOnlySpan<byte> value = line["data:"u8.Length..];
                    data = value.StartsWith(" "u8) ? value[1..] : value;
                    hasData = true;
                }
                else if (line.StartsWith(":"u8))
                {
                    Comment(line[1..]);
                }
                else if (line.IsEmpty && hasData)
                {
                    if (Event(data) is { } error)
                    {
                        return error;
                    }

                    hasData = false;
                }
            }

            int next = end < 0 ? rest.Length : rest[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1;
            rest = rest[next..];
        }

        // Whoever saved it may have lost the last empty lines.
        return hasData && data.SequenceEqual("[DONE]"u8) ? Event(data) : null;
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
