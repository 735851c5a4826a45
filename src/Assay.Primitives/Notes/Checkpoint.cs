using System.Globalization;

namespace Assay.Primitives.Notes;

/// <summary>The head of a log (C2SP tlog-checkpoint): the text of a signed note, without extension lines.</summary>
/// <param name="Origin">The log's name: not empty, no control characters.</param>
/// <param name="Size">Number of entries, below 2^63.</param>
/// <param name="Root">The RFC 9162 tree head over them.</param>
public sealed record Checkpoint(string Origin, ulong Size, Digest32 Root)
{
    /// <summary>Reads a note's text; null and a code of <see cref="NoteErrors"/> if it isn't a checkpoint.</summary>
    public static Checkpoint? TryParse(ReadOnlySpan<char> text, out string? error)
    {
        if (!TryTakeLine(ref text, out ReadOnlySpan<char> origin)
            || !TryTakeLine(ref text, out ReadOnlySpan<char> sizeLine)
            || !TryTakeLine(ref text, out ReadOnlySpan<char> rootLine))
        {
            error = NoteErrors.CheckpointLines;
            return null;
        }

        Digest32 root = default;
        ulong size = 0;
        if (!text.IsEmpty)
        {
            error = NoteErrors.CheckpointExtension;
        }
        else if (!IsOrigin(origin))
        {
            error = NoteErrors.CheckpointOrigin;
        }
        else if (!TryParseSize(sizeLine, out size))
        {
            error = NoteErrors.CheckpointSize;
        }
        else if (CanonicalBase64.TryDecode(rootLine) is not { } bytes || !Digest32.TryFrom(bytes, out root))
        {
            error = NoteErrors.CheckpointRoot;
        }
        else
        {
            error = null;
            return new Checkpoint(origin.ToString(), size, root);
        }

        return null;
    }

    /// <summary>The note's text: three lines. <see cref="TryParse"/> of it gives the checkpoint back.</summary>
    /// <exception cref="InvalidOperationException">The origin or the size can't stand in a checkpoint.</exception>
    public string Format()
    {
        if (!IsOrigin(Origin) || Size > long.MaxValue)
        {
            throw new InvalidOperationException("A checkpoint needs an origin in one line and a size below 2^63.");
        }

        return string.Create(
            CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.Bytes)}\n");
    }

    private static bool TryTakeLine(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> line)
    {
        int end = text.IndexOf('\n');
        line = end < 0 ? default : text[..end];
        text = text[(end + 1)..];
        return end >= 0;
    }

    private static bool IsOrigin(ReadOnlySpan<char> origin)
    {
        foreach (char c in origin)
        {
            if (char.IsControl(c))
            {
                return false;
            }
        }

        return !origin.IsEmpty;
    }

    internal static bool TryParseSize(ReadOnlySpan<char> text, out ulong size)
    {
        // The framework's parser takes NULs after the digits.
        size = 0;
        return !text.ContainsAnyExceptInRange('0', '9')
            && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size)
            && size <= long.MaxValue
            && (text.Length == 1 || text[0] != '0');
    }
}
