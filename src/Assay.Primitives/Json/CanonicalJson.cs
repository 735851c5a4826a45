using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Assay.Primitives;

/// <summary>JSON in the one spelling of RFC 8785 (JSON Canonicalization Scheme): two texts that mean the same have the same.</summary>
public static class CanonicalJson
{
    /// <summary>The canonical text of a value; null if it has none: a number that no binary64 holds, as 1e400.</summary>
    public static string? TryWrite(JsonElement value)
    {
        StringBuilder text = new();
        return TryAppend(text, value) ? text.ToString() : null;
    }

    private static bool TryAppend(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                bool isFirst = true;

                // By UTF-16 code units, as JavaScript sorts.
                foreach (JsonProperty member in value.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal))
                {
                    text.Append(isFirst ? "" : ",");
                    CanonicalText.Append(text, member.Name);
                    text.Append(':');
                    if (!TryAppend(text, member.Value))
                    {
                        return false;
                    }

                    isFirst = false;
                }

                text.Append('}');
                return true;
            case JsonValueKind.Array:
                text.Append('[');
                int place = 0;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    text.Append(place++ == 0 ? "" : ",");
                    if (!TryAppend(text, item))
                    {
                        return false;
                    }
                }

                text.Append(']');
                return true;
            case JsonValueKind.String:
                CanonicalText.Append(text, value.GetString()!);
                return true;
            case JsonValueKind.Number:
                if (!value.TryGetDouble(out double number) || !double.IsFinite(number))
                {
                    return false;
                }

                text.Append(NumberText(number));
                return true;
            default:
                text.Append(value.GetRawText());
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null;
        }
    }

    // As ECMAScript's Number::toString: the shortest digits, and an exponent only outside 1e-7 to 1e21.
    private static string NumberText(double number)
    {
        if (number == 0)
        {
            return "0";
        }

        string roundtrip = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        int mark = roundtrip.IndexOf('E', StringComparison.Ordinal);
        string mantissa = mark < 0 ? roundtrip : roundtrip[..mark];
        int exponent = mark < 0 ? 0 : int.Parse(roundtrip.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int place = (point < 0 ? mantissa.Length : point) + exponent;
        string leading = digits.TrimStart('0');
        place -= digits.Length - leading.Length;
        digits = leading.TrimEnd('0');
        string sign = number < 0 ? "-" : "";
        return sign + (place > 21 || place < -5 ? Scientific(digits, place - 1)
            : place <= 0 ? "0." + new string('0', -place) + digits
            : place >= digits.Length ? digits + new string('0', place - digits.Length)
            : digits[..place] + "." + digits[place..]);
    }

    private static string Scientific(string digits, int exponent) =>
        string.Create(CultureInfo.InvariantCulture, $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? "-" : "+")}{Math.Abs(exponent)}");
}
