using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Assay.Attestation;

/// <summary>Reads members of JSON objects by type. What isn't there, or isn't that, fails the reader, which then gives empty values.</summary>
internal sealed class JsonFields
{
    private const int MaxItems = 512;
    private const int MaxTextLength = 128;

    /// <summary>Whether everything asked for was there, in its form.</summary>
    internal bool Failed { get; private set; }

    internal void Fail() => Failed = true;

    internal JsonElement Object(JsonElement parent, string name) => Member(parent, name, JsonValueKind.Object);

    internal IReadOnlyList<JsonElement> Array(JsonElement parent, string name)
    {
        JsonElement array = Member(parent, name, JsonValueKind.Array);
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() is 0 or > MaxItems)
        {
            Failed = true;
            return [];
        }

        return [.. array.EnumerateArray()];
    }

    internal string Text(JsonElement parent, string name)
    {
        JsonElement member = Member(parent, name, JsonValueKind.String);
        return member.ValueKind == JsonValueKind.String ? Short(member) : "";
    }

    internal uint Number(JsonElement parent, string name, uint most)
    {
        JsonElement member = Member(parent, name, JsonValueKind.Number);
        if (member.ValueKind == JsonValueKind.Number && member.TryGetUInt32(out uint number) && number <= most)
        {
            return number;
        }

        Failed = true;
        return 0;
    }

    /// <summary>Hexadecimal of either case: Intel writes both.</summary>
    internal byte[] Hex(JsonElement parent, string name, int length)
    {
        byte[] bytes = new byte[length];
        string digits = Member(parent, name, JsonValueKind.String) is { ValueKind: JsonValueKind.String } member ? member.GetString()! : "";
        if (digits.Length != 2 * length || Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            Failed = true;
        }

        return bytes;
    }

    internal DateTimeOffset Date(JsonElement parent, string name)
    {
        if (DateTimeOffset.TryParseExact(
            Text(parent, name), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return time;
        }

        Failed = true;
        return default;
    }

    /// <summary>Texts of an array that may be missing.</summary>
    internal ImmutableArray<string> OptionalTexts(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out JsonElement array))
        {
            return [];
        }

        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MaxItems || array.EnumerateArray().Any(static item => item.ValueKind != JsonValueKind.String))
        {
            Failed = true;
            return [];
        }

        return [.. array.EnumerateArray().Select(Short)];
    }

    // Texts are shown to people and compared: no control characters, nothing long.
    private string Short(JsonElement element)
    {
        string text = element.GetString()!;
        if (text.Length <= MaxTextLength && !text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        Failed = true;
        return "";
    }

    private JsonElement Member(JsonElement parent, string name, JsonValueKind kind)
    {
        if (parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member) && member.ValueKind == kind)
        {
            return member;
        }

        Failed = true;
        return default;
    }
}
