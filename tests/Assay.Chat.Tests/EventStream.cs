using System.Text;

namespace Assay.Chat.Tests;

/// <summary>The parser of the HTML standard for <c>text/event-stream</c> (9.2.6, "Interpreting an event stream"), step by step: what any client that follows it shows.</summary>
internal static class EventStream
{
    /// <summary>The type and the data of each event that is dispatched.</summary>
    internal static IReadOnlyList<(string Type, string Data)> Events(ReadOnlySpan<byte> bytes)
    {
        // "UTF-8 decode": one byte order mark is stripped, what is no UTF-8 is replaced.
        string text = Encoding.UTF8.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        List<(string, string)> events = [];
        string data = "", type = "";
        foreach (string line in Lines(text))
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                {
                    events.Add((type.Length > 0 ? type : "message", data[..^1]));
                }

                (data, type) = ("", "");
                continue;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon == 0)
            {
                continue;
            }

            string field = colon < 0 ? line : line[..colon];
            string value = colon < 0 ? "" : line[(colon + 1)..];
            value = value.StartsWith(' ') ? value[1..] : value;
            (data, type) = field switch
            {
                "data" => (data + value + "\n", type),
                "event" => (data, value),
                _ => (data, type),
            };
        }

        return events;
    }

    // What no line end follows is no line: an event that was cut short is discarded.
    private static IEnumerable<string> Lines(string text)
    {
        int begin = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '\n' or '\r')
            {
                yield return text[begin..i];
                i += text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n' ? 1 : 0;
                begin = i + 1;
            }
        }
    }
}
