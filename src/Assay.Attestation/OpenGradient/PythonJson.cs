using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Assay.Attestation;

/// <summary>
/// JSON as Python's <c>json.dumps(value, sort_keys=True)</c> writes it, byte for byte: what OpenGradient hashes. A comma and a colon
/// are followed by a space, members are sorted by code points, everything but printable ASCII is escaped, and floats are Python's.
/// </summary>
internal static class PythonJson
{
    /// <summary>As deep as a document may nest.</summary>
    internal const int MaxDepth = 64;

    // Python reads integers of at most so many digits (sys.get_int_max_str_digits), and refuses others.
    private const int MaxDigits = 4300;

    /// <summary>Reads a document; repeated members are refused, since who reads it doesn't know which of them was hashed.</summary>
    /// <returns>Null if it isn't JSON, repeats a member, or has a name with half a surrogate pair.</returns>
    internal static JsonDocument? TryParse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            // The reader takes strings that aren't UTF-8, and throws when they are looked at; names it compares already here.
            return Utf8.IsValid(utf8.Span) ? JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth }) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The text; null if there is a string with half a surrogate pair, or a number that Python doesn't read.</summary>
    internal static string? TryWrite(JsonElement value)
    {
        StringBuilder text = new();
        return TryWrite(value, text) ? text.ToString() : null;
    }

    /// <summary>Appends a value; false where <see cref="TryWrite(JsonElement)"/> gives null.</summary>
    internal static bool TryWrite(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return TryWriteMembers(value, text);
            case JsonValueKind.Array:
                return TryWriteItems(value, text);
            case JsonValueKind.String:
                if (TryGetString(value) is not string content)
                {
                    return false;
                }

                WriteString(content, text);
                return true;
            case JsonValueKind.Number:
                return TryWriteNumber(value.GetRawText(), text);
            default:
                text.Append(value.GetRawText());
                return true;
        }
    }

    /// <summary>A string's content; null if it is no text: half a surrogate pair.</summary>
    internal static string? TryGetString(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Appends a string in quotes.</summary>
    internal static void WriteString(string content, StringBuilder text)
    {
        text.Append('"');
        foreach (char unit in content)
        {
            switch (unit)
            {
                case '"' or '\\':
                    text.Append('\\').Append(unit);
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case >= ' ' and <= '~':
                    text.Append(unit);
                    break;
                default:
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
                    break;
            }
        }

        text.Append('"');
    }

    /// <summary>
    /// Python's <c>repr</c> of a float: the fewest digits that read back as the same number, with an exponent below 1e-4 and from
    /// 1e16 on.
    /// </summary>
    internal static string Repr(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        // One digit, a point, the others, and the exponent: the digits are the shortest ones here too, only their layout differs.
        string shortest = value.ToString("E16", CultureInfo.InvariantCulture);
        for (int precision = 0; precision < 17; precision++)
        {
            string candidate = value.ToString(string.Create(CultureInfo.InvariantCulture, $"E{precision}"), CultureInfo.InvariantCulture);
            if (BitConverter.DoubleToInt64Bits(double.Parse(candidate, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value))
            {
                shortest = candidate;
                break;
            }
        }

        int mark = shortest.IndexOf('E', StringComparison.Ordinal);
        string sign = shortest[0] == '-' ? "-" : "";
        string digits = shortest[sign.Length..mark].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        digits = digits.Length == 0 ? "0" : digits;
        int exponent = int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return sign + exponent switch
        {
            >= 16 or < -4 => string.Create(
                CultureInfo.InvariantCulture, $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}"),
            < 0 => "0." + new string('0', -exponent - 1) + digits,
            _ when digits.Length <= exponent + 1 => digits.PadRight(exponent + 1, '0') + ".0",
            _ => digits[..(exponent + 1)] + "." + digits[(exponent + 1)..],
        };
    }

    /// <summary>Whether Python takes the value for true.</summary>
    internal static bool IsTruthy(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.String => value.GetRawText().Length > 2,
        JsonValueKind.Number => value.GetDouble() != 0,
        JsonValueKind.True => true,
        _ => false,
    };

    private static bool TryWriteMembers(JsonElement value, StringBuilder text)
    {
        List<(string Name, JsonElement Value)> members = [];
        foreach (JsonProperty property in value.EnumerateObject())
        {
            members.Add((property.Name, property.Value));
        }

        members.Sort(static (a, b) => CompareCodePoints(a.Name, b.Name));
        text.Append('{');
        for (int i = 0; i < members.Count; i++)
        {
            text.Append(i == 0 ? "" : ", ");
            WriteString(members[i].Name, text);
            text.Append(": ");
            if (!TryWrite(members[i].Value, text))
            {
                return false;
            }
        }

        text.Append('}');
        return true;
    }

    private static bool TryWriteItems(JsonElement value, StringBuilder text)
    {
        text.Append('[');
        bool first = true;
        foreach (JsonElement item in value.EnumerateArray())
        {
            text.Append(first ? "" : ", ");
            first = false;
            if (!TryWrite(item, text))
            {
                return false;
            }
        }

        text.Append(']');
        return true;
    }

    /// <summary>A number without point and exponent is an integer of any size; every other one is a float.</summary>
    private static bool TryWriteNumber(string raw, StringBuilder text)
    {
        if (raw.AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
        {
            text.Append(Repr(double.Parse(raw, CultureInfo.InvariantCulture)));
            return true;
        }

        if (raw.Length > MaxDigits)
        {
            return false;
        }

        text.Append(raw == "-0" ? "0" : raw);
        return true;
    }

    /// <summary>UTF-16 puts characters above U+FFFF before some below; Python compares whole characters.</summary>
    private static int CompareCodePoints(string a, string b)
    {
        int at = a.AsSpan().CommonPrefixLength(b);
        if (at == a.Length || at == b.Length)
        {
            return a.Length - b.Length;
        }

        bool aboveA = char.IsSurrogate(a[at]);
        bool aboveB = char.IsSurrogate(b[at]);
        return aboveA == aboveB ? a[at] - b[at] : aboveA ? 1 : -1;
    }
}
