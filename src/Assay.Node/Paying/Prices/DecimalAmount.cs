using System.Globalization;
using System.Numerics;

namespace Assay.Node.Paying;

/// <summary>Amounts of money as people write them, exactly: decimal digits with a point, and whole numbers of a smallest unit.</summary>
public static class DecimalAmount
{
    /// <summary>Decimals of prepaid balances, whatever the token has.</summary>
    public const int BalanceDecimals = 18;

    private const int MaxDigits = 30;

    /// <summary>Reads <c>12</c> or <c>0.0125</c>: no sign, no exponent, no superfluous zero in front.</summary>
    /// <param name="text">The text.</param>
    /// <param name="decimals">Decimals of the smallest unit.</param>
    /// <param name="amount">In smallest units.</param>
    /// <param name="error">What is wrong, in words.</param>
    public static bool TryParse(string text, int decimals, out BigInteger amount, out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        amount = default;
        int point = text.IndexOf('.', StringComparison.Ordinal);
        ReadOnlySpan<char> whole = point < 0 ? text : text.AsSpan(0, point), fraction = point < 0 ? "" : text.AsSpan(point + 1);
        if (!IsDigits(whole) || (whole.Length > 1 && whole[0] == '0') || (point >= 0 && !IsDigits(fraction)))
        {
            error = "isn't a decimal number like 0.0125";
            return false;
        }

        fraction = fraction.TrimEnd('0');
        if (fraction.Length > decimals)
        {
            error = $"has {fraction.Length} decimals, and there are {decimals}";
            return false;
        }

        error = null;
        amount = BigInteger.Parse(string.Concat(whole, fraction), NumberStyles.None, CultureInfo.InvariantCulture) * BigInteger.Pow(10, decimals - fraction.Length);
        return true;
    }

    /// <summary>The shortest text of an amount.</summary>
    public static string Text(BigInteger amount, int decimals)
    {
        string digits = BigInteger.Abs(amount).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string fraction = digits[^decimals..].TrimEnd('0');
        return (amount.Sign < 0 ? "-" : "") + digits[..^decimals] + (fraction.Length == 0 ? "" : "." + fraction);
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => text.Length is >= 1 and <= MaxDigits && !text.ContainsAnyExceptInRange('0', '9');
}
