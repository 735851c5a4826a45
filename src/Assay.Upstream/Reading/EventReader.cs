using Assay.Chat;

namespace Assay.Upstream;

/// <summary>Reads the events of a stream: <c>text/event-stream</c> with any line ends, comments and other fields passed over, bounded in line, number and sum.</summary>
internal sealed class EventReader(Stream stream, int maxLine, int maxEvents)
{
    private const long MaxBytes = 2L * ChatLimits.AnswerBytes;
    private byte[] _buffer = new byte[8192];
    private byte[] _data = new byte[1024];
    private int _start, _end, _lineStart, _lineLength, _dataLength = -1, _events;
    private long _bytes;
    private bool _skipLineFeed, _isError;

    private ReadOnlySpan<byte> Line => _buffer.AsSpan(_lineStart, _lineLength);

    /// <summary>The data of the next event, until the next call; null at the end of the stream.</summary>
    /// <exception cref="ChatBackendException">A bound is passed, or the event can't be one of an answer.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellation)
    {
        _dataLength = -1;
        _isError = false;
        while (await LineAsync(cancellation).ConfigureAwait(false))
        {
            if (_lineLength > 0)
            {
                Field();
            }
            else if (_isError)
            {
                throw Broken.Because("it broke off with an error");
            }
            else if (_dataLength >= 0)
            {
                return ++_events <= maxEvents ? _data.AsMemory(0, _dataLength) : throw Broken.Because($"it has more than {maxEvents} events");
            }
        }

        // Some servers forget the empty line after the end, or the end of its line.
        if (_dataLength < 0 && _end > _start)
        {
            (_lineStart, _lineLength) = (_start, _end - _start);
            Field();
        }

        return _dataLength >= 0 && IsDone(_data.AsSpan(0, _dataLength)) ? _data.AsMemory(0, _dataLength) : (ReadOnlyMemory<byte>?)null;
    }

    internal static bool IsDone(ReadOnlySpan<byte> data) => data.SequenceEqual("[DONE]"u8);

    private void Field()
    {
        ReadOnlySpan<byte> line = Line;
        if (line.StartsWith("data:"u8))
        {
            ReadOnlySpan<byte> value = line["data:"u8.Length..];
            value = value.StartsWith(" "u8) ? value[1..] : value;
            if (_dataLength >= 0)
            {
                throw Broken.Because("an event has data of several lines");
            }

            if (_data.Length < value.Length)
            {
                _data = new byte[Math.Max(value.Length, 2 * _data.Length)];
            }

            value.CopyTo(_data);
            _dataLength = value.Length;
        }
        else if (line.StartsWith("event:"u8))
        {
            _isError |= line["event:"u8.Length..].Trim(" "u8).SequenceEqual("error"u8);
        }
    }

    private async ValueTask<bool> LineAsync(CancellationToken cancellation)
    {
        int scanned = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOfAny((byte)'\n', (byte)'\r');
            if ((at < 0 ? _end - _start : scanned + at) > maxLine)
            {
                throw Broken.Because($"a line is longer than {maxLine} bytes");
            }

            if (at >= 0)
            {
                Take(scanned + at);
                return true;
            }

            scanned = _end - _start;
            MakeRoom();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return false;
            }

            _end += read;
            _bytes += read;
            if (_bytes > MaxBytes)
            {
                throw Broken.Because($"it is longer than {MaxBytes} bytes");
            }

            if (_skipLineFeed)
            {
                _skipLineFeed = false;
                _start += _buffer[_start] == (byte)'\n' ? 1 : 0;
            }
        }
    }

    private void Take(int length)
    {
        bool isReturn = _buffer[_start + length] == (byte)'\r';
        bool isMarked = _bytes == _end && _start == 0 && _buffer.AsSpan(0, length).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]);
        (_lineStart, _lineLength) = isMarked ? (3, length - 3) : (_start, length);
        _start += length + 1;
        if (isReturn && _start < _end)
        {
            _start += _buffer[_start] == (byte)'\n' ? 1 : 0;
        }
        else
        {
            _skipLineFeed = isReturn;
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
    }
}
