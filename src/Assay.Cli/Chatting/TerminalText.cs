using System.Globalization;
using System.Text;

namespace Assay.Cli.Chatting;

/// <summary>Long texts of strangers as they may be shown: line ends and tabs stay, and nothing in them may move the cursor, clear the screen or turn text around.</summary>
internal static class TerminalText
{
    internal static string Harmless(string text)
    {
        StringBuilder shown = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            // Joiners: without them some scripts, and faces, fall apart.
            bool isHarmless = rune.Value is '\n' or '\t' or 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            if (rune.Value != '\r')
            {
                shown.Append(isHarmless ? rune.ToString() : "\uFFFD");
            }
        }

        return shown.ToString();
    }
}
