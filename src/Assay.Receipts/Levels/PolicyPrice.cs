namespace Assay.Receipts;

/// <summary>An amount of money, exactly as a policy's canonical text has it.</summary>
/// <param name="Amount">Decimal digits without superfluous zeros, for example <c>0.01</c>; at most 18 before and after the point.</param>
/// <param name="Currency">3 to 12 of A-Z and 0-9, a letter first, for example <c>USD</c>.</param>
public sealed record PolicyPrice(string Amount, string Currency)
{
    private const int MaxDigits = 18;

    /// <summary>The canonical amount; null if the text isn't one.</summary>
    internal static string? TryAmount(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        ReadOnlySpan<char> whole = point < 0 ? text : text.AsSpan(0, point);
        ReadOnlySpan<char> fraction = point < 0 ? "" : text.AsSpan(point + 1);
        if (!IsDigits(whole) || (whole.Length > 1 && whole[0] == '0') || (point >= 0 && !IsDigits(fraction)))
        {
            return null;
        }

        fraction = fraction.TrimEnd('0');
        return fraction.IsEmpty ? whole.ToString() : $"{whole}.{fraction}";
    }

    internal static bool IsCurrency(string text) =>
        text.Length is >= 3 and <= 12 && char.IsAsciiLetterUpper(text[0]) && text.All(static c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));

    private static bool IsDigits(ReadOnlySpan<char> text) => text.Length is >= 1 and <= MaxDigits && !text.ContainsAnyExceptInRange('0', '9');
}
