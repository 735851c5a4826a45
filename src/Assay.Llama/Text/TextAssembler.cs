using System.Text;

namespace Assay.Llama;

/// <summary>
/// Puts tokens' bytes together to text that may leave: whole characters only, and nothing that could still turn out to be the beginning of a stop
/// text. Where tokens begin and end makes no difference: of stop texts the one that is complete first ends the answer, of several the one that began first.
/// </summary>
internal sealed class TextAssembler(IReadOnlyList<string> stops)
{
    private readonly byte[][] _stops = [.. stops.Select(Encoding.UTF8.GetBytes)];
    private readonly List<byte> _held = [];

    /// <summary>Whether a stop text ended the answer: nothing more is taken.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>How many of the bytes that were added have left, or are dropped for good: tokens up to there are part of the answer.</summary>
    public long Released { get; private set; }

    /// <summary>Takes a token's bytes.</summary>
    /// <returns>What may leave now; empty if nothing may.</returns>
    public string Add(ReadOnlySpan<byte> bytes)
    {
        foreach (byte next in bytes)
        {
            _held.Add(next);
            if (Begun() is { } start)
            {
                IsStopped = true;
                return Release(start, isEnd: true);
            }
        }

        return Release(_held.Count - Pending(), isEnd: false);
    }

    /// <summary>The rest, when nothing more comes. The beginning of a character that never got its end is dropped.</summary>
    public string End() => IsStopped ? "" : Release(_held.Count, isEnd: true);

    // Where a stop text begins that is complete now; null: none is.
    private int? Begun()
    {
        int? first = null;
        foreach (byte[] stop in _stops)
        {
            int start = _held.Count - stop.Length;
            if (start >= 0 && (first is null || start < first) && EndsWith(stop, stop.Length))
            {
                first = start;
            }
        }

        return first;
    }

    // The longest end of what is held that a stop text begins with.
    private int Pending()
    {
        int longest = 0;
        foreach (byte[] stop in _stops)
        {
            for (int length = Math.Min(stop.Length - 1, _held.Count); length > longest; length--)
            {
                if (EndsWith(stop, length))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }

    private bool EndsWith(byte[] stop, int length)
    {
        for (int i = 0; i < length; i++)
        {
            if (_held[_held.Count - length + i] != stop[i])
            {
                return false;
            }
        }

        return true;
    }

    private string Release(int count, bool isEnd)
    {
        Span<byte> bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_held)[..count];
        StringBuilder text = new();
        int at = 0;
        while (at < bytes.Length)
        {
            System.Buffers.OperationStatus status = Rune.DecodeFromUtf8(bytes[at..], out Rune rune, out int used);
            if (status == System.Buffers.OperationStatus.NeedMoreData)
            {
                break;
            }

            // Bytes that are no character are U+FFFD each time, as decoders have it.
            text.Append(rune.ToString());
            at += used;
        }

        int dropped = isEnd ? bytes.Length : at;
        Released += dropped;
        _held.RemoveRange(0, dropped);
        return text.ToString();
    }
}
