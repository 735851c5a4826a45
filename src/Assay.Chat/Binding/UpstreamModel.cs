namespace Assay.Chat;

/// <summary>Whether an upstream's name of what answered is that of what was asked for (spec/chat.md, "What a verifier checks").</summary>
public static class UpstreamModel
{
    // A year, or a month and day; shorter ones tell sizes apart.
    private const int ShortestNumber = 3;

    /// <summary>
    /// True for the name itself, and for that name with a date or version after it: groups that begin with <c>-</c> and are digits, of which the first has
    /// three or more, or <c>v</c> and digits. <c>gpt-4o-mini</c> isn't a version of <c>gpt-4o</c>.
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
        return rest.Length == 0 || (rest[0] == '-' && rest[1..].Split('-').Select(IsGroup).All(static isGroup => isGroup));
    }

    private static bool IsGroup(string group, int place) => group.StartsWith('v')
        ? group.Length > 1 && group.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0
        : group.Length >= (place == 0 ? ShortestNumber : 1) && group.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
}
