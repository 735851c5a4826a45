using System.Globalization;
using System.Text;

namespace Assay.Verification;

/// <summary>Names as they may be shown. They are the node's choice, so nothing in them may move a terminal's cursor or turn text around.</summary>
internal static class Shown
{
    private const int MaxLength = 80;

    /// <summary>At most so many characters, with control and format characters replaced.</summary>
    public static string Name(string name, int most = MaxLength)
    {
        StringBuilder shown = new();
        foreach (Rune rune in name.EnumerateRunes())
        {
            if (shown.Length >= most)
            {
                shown.Append('…');
                break;
            }

            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            bool harmless = category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            shown.Append(harmless ? rune.ToString() : "\uFFFD");
        }

        return shown.ToString();
    }
}
