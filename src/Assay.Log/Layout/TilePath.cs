using System.Globalization;
using System.Text;

namespace Assay.Log.Layout;

/// <summary>
/// The name of a tile or entry bundle (C2SP tlog-tiles): <c>tile/L/N[.p/W]</c> or <c>tile/entries/N[.p/W]</c>,
/// where N is in groups of three digits and all but the last group start with <c>x</c>.
/// </summary>
/// <param name="Level">0 to 63, or <see cref="Entries"/>.</param>
/// <param name="Number">Which tile of the level, from the left; below 2^63.</param>
/// <param name="Width">Hashes or entries in it: 1 to 255 for a partial tile, 256 for a full one.</param>
public readonly record struct TilePath(int Level, ulong Number, int Width)
{
    /// <summary>The level that stands for entry bundles.</summary>
    public const int Entries = -1;

    /// <summary>Hashes in a full tile.</summary>
    public const int FullWidth = 256;

    private const int MaxLevel = 63;

    // tile/entries/ and 7 groups for a number below 2^63 and .p/255 make 13 + 34 + 6.
    private const int MaxLength = 64;

    /// <summary>Whether it is full.</summary>
    public bool IsFull => Width == FullWidth;

    /// <summary>Reads a path. Only what <see cref="ToString"/> writes is one; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TilePath path)
    {
        path = default;
        if (text.Length > MaxLength || !TryTake(ref text, "tile/"))
        {
            return false;
        }

        int level = Entries;
        if (!TryTake(ref text, "entries/"))
        {
            int slash = text.IndexOf('/');
            if (slash < 0 || !TryParseNumber(text[..slash], MaxLevel, out level))
            {
                return false;
            }

            text = text[(slash + 1)..];
        }

        int width = FullWidth;
        int partial = text.IndexOf(".p/", StringComparison.Ordinal);
        if (partial >= 0)
        {
            if (!TryParseNumber(text[(partial + 3)..], FullWidth - 1, out width) || width == 0)
            {
                return false;
            }

            text = text[..partial];
        }

        if (!TryParseGroups(text, out ulong number))
        {
            return false;
        }

        path = new TilePath(level, number, width);
        return true;
    }

    /// <summary>The path, with forward slashes.</summary>
    public override string ToString() => IsFull
        ? WithoutWidth()
        : string.Create(CultureInfo.InvariantCulture, $"{PartialFolder()}/{Width}");

    /// <summary>The folder of this tile's partial versions.</summary>
    public string PartialFolder() => WithoutWidth() + ".p";

    private string WithoutWidth()
    {
        StringBuilder path = new();
        ulong number = Number;
        path.Append(CultureInfo.InvariantCulture, $"{number % 1000:000}");
        while ((number /= 1000) != 0)
        {
            path.Insert(0, string.Create(CultureInfo.InvariantCulture, $"x{number % 1000:000}/"));
        }

        string level = Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture);
        return $"tile/{level}/{path}";
    }

    private static bool TryTake(ref ReadOnlySpan<char> text, ReadOnlySpan<char> prefix)
    {
        bool found = text.StartsWith(prefix, StringComparison.Ordinal);
        text = found ? text[prefix.Length..] : text;
        return found;
    }

    /// <summary>A decimal number without leading zeros, at most <paramref name="max"/>.</summary>
    private static bool TryParseNumber(ReadOnlySpan<char> text, int max, out int number)
    {
        number = 0;
        return text.Length is > 0 and <= 3
            && TryParseDigits(text, out number)
            && number <= max
            && (text.Length == 1 || text[0] != '0');
    }

    /// <summary>ASCII digits only. The framework's parsers also take trailing NULs.</summary>
    private static bool TryParseDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            number = (number * 10) + (c - '0');
        }

        return true;
    }

    private static bool TryParseGroups(ReadOnlySpan<char> text, out ulong number)
    {
        number = 0;
        for (bool isFirst = true; ; isFirst = false)
        {
            bool isLast = !TryTake(ref text, "x");
            if (text.Length < 3
                || !TryParseDigits(text[..3], out int group)
                || (isFirst && !isLast && group == 0)
                || number > (ulong)(long.MaxValue - group) / 1000)
            {
                return false;
            }

            number = (number * 1000) + (ulong)group;
            text = text[3..];
            if (isLast)
            {
                return text.IsEmpty;
            }

            if (!TryTake(ref text, "/"))
            {
                return false;
            }
        }
    }
}
