using System.Buffers;

namespace Assay.Client;

/// <summary>Everything that came of an answer, and its lines as they become whole (LF, CR LF or CR, as the standard for event streams has it).</summary>
internal sealed class StreamLines(int maximum)
{
    private readonly ArrayBufferWriter<byte> _received = new(4096);
    private int _begin, _seen;

    /// <summary>All bytes so far.</summary>
    internal ReadOnlyMemory<byte> Received => _received.WrittenMemory;

    /// <summary>Adds what came; false if that is more than may come.</summary>
    internal bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        if (_received.WrittenCount + bytes.Length > maximum)
        {
            return false;
        }

        _received.Write(bytes);
        return true;
    }

    /// <summary>The next whole line; false: there is none yet.</summary>
    /// <param name="isEnd">Whether nothing more will come: then what is left is a line too.</param>
    /// <param name="line">The line.</param>
    internal bool TryTake(bool isEnd, out ChatStreamLine line)
    {
        line = default;
        ReadOnlyMemory<byte> all = _received.WrittenMemory;
        int found = all.Span[_seen..].IndexOfAny((byte)'\n', (byte)'\r');
        int at = found < 0 ? all.Length : _seen + found;

        // A CR that came last may be half of a line end.
        bool isHalf = at == all.Length - 1 && all.Span[at] == (byte)'\r';
        if (found < 0 || isHalf)
        {
            _seen = at;
            if (!isEnd || _begin == all.Length)
            {
                return false;
            }
        }

        int next = at == all.Length ? at : all.Span[at..].StartsWith("\r\n"u8) ? at + 2 : at + 1;
        line = Line(all[_begin..next], all[_begin..at]);
        (_begin, _seen) = (next, next);
        return true;
    }

    private static ChatStreamLine Line(ReadOnlyMemory<byte> raw, ReadOnlyMemory<byte> text)
    {
        if (!text.Span.StartsWith("data:"u8))
        {
            return new ChatStreamLine(raw, (ReadOnlyMemory<byte>?)null, text.Span.StartsWith(":"u8));
        }

        ReadOnlyMemory<byte> data = text["data:".Length..];
        return new ChatStreamLine(raw, data.Span.StartsWith(" "u8) ? data[1..] : data, false);
    }
}
