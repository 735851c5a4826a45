using System.Text.RegularExpressions;

namespace Assay.Chat;

/// <summary>Whether an upstream's name of what answered is that of what was asked for (spec/chat.md, "What a verifier checks").</summary>
public static partial class UpstreamModel
{
    /// <summary>
    /// True for the name itself, and for that name with a date after it as servers write them, or a number of three digits that begins with 0, which no size
    /// does. <c>gpt-4o-mini</c> isn't a version of <c>gpt-4o</c>, nor is <c>deepseek-v3</c> one of <c>deepseek</c>, or <c>llama-3-405</c> of <c>llama-3</c>.
    /// </summary>
    public static bool Fits(string asked, string answered)
    {
        ArgumentNullException.ThrowIfNull(asked);
        ArgumentNullException.ThrowIfNull(answered);
        if (!answered.StartsWith(asked, StringComparison.Ordinal))
        {
            return false;
        }

        string rest = answered[asked.Length..];
        return rest.Length == 0 || Dated().IsMatch(rest) || (Numbered().IsMatch(asked) && Revised().IsMatch(rest));
    }

    // 2024-08-06, 08-2024, 05-06, 20241022, 240806, 2411, 0613, 002; then perhaps -v2.
    [GeneratedRegex("^-(?:20[2-4][0-9]-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[1-9]|1[0-2])-20[2-4][0-9]|(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12][0-9]|3[01])|(?:20)?[2-4][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|[2-4][0-9](?:0[1-9]|1[0-2])|0[0-9][0-9])(?:-v[0-9]{1,3})?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Dated();

    [GeneratedRegex("-[0-9]{3,}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();

    [GeneratedRegex("^-v[0-9]{1,3}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Revised();
}
