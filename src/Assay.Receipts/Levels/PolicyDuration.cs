using System.Globalization;

namespace Assay.Receipts;

/// <summary>Durations as they stand in policies: a whole number and a unit (<c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>, <c>d</c>), from 1 ms to 30 days.</summary>
public static class PolicyDuration
{
    private const int MaxDigits = 10;

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>The longest.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(30);

    /// <summary>Reads a duration; null if it isn't one, or out of range.</summary>
    public static TimeSpan? TryParse(ReadOnlySpan<char> text)
    {
        int digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits is < 1 or > MaxDigits || text[0] == '0')
        {
            return null;
        }

        foreach ((string name, TimeSpan unit) in Units)
        {
            if (text[digits..].SequenceEqual(name))
            {
                long count = long.Parse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
                return count <= Longest.Ticks / unit.Ticks ? count * unit : null;
            }
        }

        return null;
    }

    /// <summary>The canonical text: the largest unit that leaves a whole number, for example <c>10s</c> for 10000 ms and <c>1m</c> for 60 s.</summary>
    public static string Format(TimeSpan duration)
    {
        (string name, TimeSpan unit) = Units.First(u => duration.Ticks % u.Length.Ticks == 0);
        return (duration.Ticks / unit.Ticks).ToString(CultureInfo.InvariantCulture) + name;
    }
}
