using System.Globalization;
using System.Text;

namespace Assay.Primitives;

/// <summary>Strings as RFC 8785 (section 3.2.2.2) writes them, and JavaScript's own <c>JSON.stringify</c>: nothing is escaped that need not be.</summary>
public static class CanonicalText
{
    /// <summary>Appends the text with its quotes.</summary>
    public static void Append(StringBuilder text, string value)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(value);
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
