using System.Globalization;

namespace Assay.Chat;

/// <summary>What the leaf <c>lineage.relation</c> of a chat says (spec/chat.md, "Lineage"): which turn it continues, and under which of an application's configurations it was answered.</summary>
/// <param name="IsContinuing">Whether <c>lineage.receipts</c> names the turn before.</param>
/// <param name="Application">The application's name; null: none was named.</param>
/// <param name="Configuration">The number of its configuration, from 1; 0 without an application.</param>
public sealed record ChatLineage(bool IsContinuing, string? Application, int Configuration)
{
    /// <summary>Longest name of an application, in characters.</summary>
    public const int NameLength = 64;

    private const string Continues = "continues";
    private const string Prefix = "application ";
    private const string Separator = "; ";

    /// <summary>Whether a text is a name that an application may have: 1 to 64 of <c>a-z</c>, <c>0-9</c>, <c>.</c>, <c>_</c>, <c>-</c>, of which the first is a letter or a digit.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= NameLength && char.IsAsciiLetterOrDigit(name[0]) && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');
    }

    /// <summary>The leaf's text; null where there is nothing to say.</summary>
    public string? Text
    {
        get
        {
            string? application = Application is null ? null : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Application}#{Configuration}");
            return IsContinuing && application is not null ? Continues + Separator + application : IsContinuing ? Continues : application;
        }
    }

    /// <summary>Reads the leaf's text; null if it is no such text. An absent leaf (null) says nothing: neither of both.</summary>
    public static ChatLineage? TryRead(string? text)
    {
        if (text is null)
        {
            return new ChatLineage(false, null, 0);
        }

        bool continues = text == Continues || text.StartsWith(Continues + Separator, StringComparison.Ordinal);
        string rest = !continues ? text : text.Length == Continues.Length ? "" : text[(Continues.Length + Separator.Length)..];
        ChatLineage? read = rest.Length == 0 ? new ChatLineage(continues, null, 0) : Named(continues, rest);

        // One spelling: numbers without leading zeros, no empty parts.
        return read?.Text == text ? read : null;
    }

    private static ChatLineage? Named(bool continues, string rest)
    {
        int mark = rest.LastIndexOf('#');
        return mark > Prefix.Length && rest.StartsWith(Prefix, StringComparison.Ordinal) && IsName(rest[Prefix.Length..mark])
            && int.TryParse(rest.AsSpan(mark + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? new ChatLineage(continues, rest[Prefix.Length..mark], number)
            : null;
    }
}
