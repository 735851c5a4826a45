using System.Globalization;

namespace Assay.Attestation;

/// <summary>Ages (<c>90s</c>, <c>15m</c>, <c>1h</c>: from one second to 24 hours) and times (RFC 3339, UTC, whole seconds) as they stand in policies.</summary>
internal static class PolicyAge
{
    internal const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    private const int MaxDigits = 5;

    private static readonly (char Name, long Seconds)[] Units = [('h', 3600), ('m', 60), ('s', 1)];

    internal static TimeSpan Longest { get; } = TimeSpan.FromHours(24);

    internal static TimeSpan? TryParse(string text)
    {
        if (text.Length is < 2 or > MaxDigits + 1 || text[0] == '0' || text.AsSpan(0, text.Length - 1).ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        foreach ((char name, long seconds) in Units)
        {
            if (text[^1] == name)
            {
                TimeSpan age = TimeSpan.FromSeconds(long.Parse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture) * seconds);
                return age <= Longest ? age : null;
            }
        }

        return null;
    }

    /// <summary>The largest unit that leaves a whole number: <c>1h</c> for 60 minutes.</summary>
    internal static string Format(TimeSpan age)
    {
        (char name, long seconds) = Units.First(unit => (long)age.TotalSeconds % unit.Seconds == 0);
        return ((long)age.TotalSeconds / seconds).ToString(CultureInfo.InvariantCulture) + name;
    }

    internal static DateTimeOffset? TryParseTime(string text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    internal static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
