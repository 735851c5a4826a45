using System.Globalization;
using Assay.Verification;

namespace Assay.Cli.Histories;

/// <summary>What a node or an author wrote as one line, whatever it says; of a long one the part where it is another than what it is compared with.</summary>
internal static class LongText
{
    private const int Most = 160;
    private const int Before = 40;

    /// <summary>Two texts that aren't the same, so that it is seen where they part.</summary>
    internal static (string Was, string Now) Apart(string was, string now)
    {
        int at = was.AsSpan().CommonPrefixLength(now);
        return (Window(was, at), Window(now, at));
    }

    /// <summary>A line of a difference: one that went or came, where it parts from the line across that begins most like it.</summary>
    internal static string Of(ReadOnlySpan<DiffLine> lines, int place)
    {
        DiffLine line = lines[place];
        if (line.Kind == ' ' || line.Text.Length <= Most)
        {
            return Window(line.Text, 0);
        }

        (int from, int to) = (place, place);
        while (from > 0 && lines[from - 1].Kind is '-' or '+')
        {
            from--;
        }

        while (to < lines.Length && lines[to].Kind is '-' or '+')
        {
            to++;
        }

        int at = 0;
        foreach (DiffLine other in lines[from..to])
        {
            at = other.Kind == line.Kind ? at : Math.Max(at, line.Text.AsSpan().CommonPrefixLength(other.Text));
        }

        return Window(line.Text, at);
    }

    /// <summary>As much of a text as is shown, with the character at a place in it.</summary>
    internal static string Window(string text, int at)
    {
        int start = text.Length <= Most || at < Most - Before ? 0 : at - Before;
        int end = Math.Min(text.Length, start + Most);

        // Not through the middle of a character.
        start += start > 0 && char.IsLowSurrogate(text[start]) ? 1 : 0;
        end -= end < text.Length && char.IsLowSurrogate(text[end]) ? 1 : 0;
        string from = start == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"(from character {start + 1}) …");
        return from + text[start..end].Replace("\t", "    ", StringComparison.Ordinal).Replace('\n', '\uFFFD') + (end < text.Length ? "…" : "");
    }
}
