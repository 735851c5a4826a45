using System.Text;

namespace Assay.Media.Tables;

/// <summary>
/// CSV (RFC 4180): cells apart by a delimiter, rows by LF or CRLF, quotes around what has either in it and doubled within.
/// Own code and no package's: limits hold while it reads, and nothing is thrown.
/// </summary>
internal ref struct CsvReader(ReadOnlySpan<char> text, char delimiter, MediaLimits limits)
{
    private ReadOnlySpan<char> _left = text;

    /// <summary>The number of the row that was read last, 1 for the first; empty lines don't count.</summary>
    internal int Row { get; private set; }

    /// <summary>The next row's cells; null at the end, or with an error.</summary>
    internal string[]? Next(out MediaError? error)
    {
        error = null;
        while (_left is ['\n', ..] or ['\r', '\n', ..])
        {
            _left = _left[(_left[0] == '\n' ? 1 : 2)..];
        }

        if (_left.IsEmpty)
        {
            return null;
        }

        Row++;
        List<string> cells = [];
        while (true)
        {
            if (Cell(out error) is not { } cell)
            {
                return null;
            }

            if (cell.Length > limits.CellLength || cells.Count == limits.Columns)
            {
                error = new MediaError(MediaErrors.TooLarge, $"Row {Row} has more than {limits.Columns:N0} cells, or more than {limits.CellLength:N0} characters in one.");
                return null;
            }

            cells.Add(cell);
            bool isEnd = _left.IsEmpty || _left[0] != delimiter;
            _left = _left.IsEmpty ? _left : _left[(_left is ['\r', ..] ? 2 : 1)..];
            if (isEnd)
            {
                return [.. cells];
            }
        }
    }

    // Leaves the delimiter or the line's end in place.
    private string? Cell(out MediaError? error)
    {
        error = null;
        if (_left is not ['"', ..])
        {
            int end = 0;
            while (end < _left.Length && _left[end] != delimiter && _left[end] != '\n' && !(_left[end] == '\r' && end + 1 < _left.Length && _left[end + 1] == '\n'))
            {
                end++;
            }

            // One that is too long stays too long, so that the caller sees it.
            string plain = end > limits.CellLength ? _left[..(limits.CellLength + 1)].ToString() : _left[..end].Trim().ToString();
            _left = _left[end..];
            return plain;
        }

        StringBuilder cell = new();
        _left = _left[1..];
        while (_left.IndexOf('"') is >= 0 and int quote)
        {
            cell.Append(_left[..Math.Min(quote, limits.CellLength + 1)]);
            _left = _left[(quote + 1)..];
            if (_left is not ['"', ..])
            {
                if (_left.IsEmpty || _left[0] == delimiter || _left is ['\n', ..] or ['\r', '\n', ..])
                {
                    return cell.ToString();
                }

                break;
            }

            cell.Append('"');
            _left = _left[1..];
            if (cell.Length > limits.CellLength)
            {
                return cell.ToString();
            }
        }

        error = new MediaError(MediaErrors.Malformed, $"Row {Row} has a quote that doesn't end, or that isn't around the whole cell.");
        return null;
    }
}
