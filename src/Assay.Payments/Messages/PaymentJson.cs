using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Payments;

/// <summary>Strict reading of the JSON that strangers send: UTF-8, no member twice, bounded depth, no lone surrogates.</summary>
internal static class PaymentJson
{
    private const int MaxDepth = 16;

    /// <summary>The document's root, independent of the bytes; null if it isn't strict JSON with an object on top.</summary>
    internal static JsonElement? TryParse(ReadOnlyMemory<byte> utf8, int maxLength) =>
        StrictJson.TryParse(utf8.Span, maxLength, MaxDepth) is { ValueKind: JsonValueKind.Object } root ? root : null;

    /// <summary>A member that is an object; null if it is missing, null, or something else.</summary>
    internal static JsonElement? Object(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? value : null;

    internal static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Whether the member is missing or null.</summary>
    internal static bool IsAbsent(JsonElement parent, string name) => !parent.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null;

    internal static bool TryAddress(JsonElement parent, string name, out EvmAddress address)
    {
        address = default;
        return Text(parent, name) is { } text && EvmAddress.TryParse(text, out address);
    }

    /// <summary>Decimal digits in a text: how x402 writes amounts and times.</summary>
    internal static bool TryAmount(JsonElement parent, string name, out BigInteger amount)
    {
        amount = default;
        return EvmAmount.TryParse(Text(parent, name), out amount);
    }

    internal static bool TryWord(JsonElement parent, string name, out Digest32 word)
    {
        word = default;
        return Text(parent, name) is { Length: 66 } text && text.StartsWith("0x", StringComparison.Ordinal) && Digest32.TryParseHex(text.AsSpan(2), out word);
    }

    /// <summary>A whole number in plain digits, 1 to 2^31 - 1.</summary>
    internal static bool TrySeconds(JsonElement parent, string name, out int seconds)
    {
        seconds = 0;
        return parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number
            && int.TryParse(value.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out seconds) && seconds > 0;
    }

    /// <summary>Whether two values are the same, numbers by what they are and not by how they are written; one of them of ours, without exponent.</summary>
    internal static bool Same(JsonElement theirs, JsonElement ours)
    {
        try
        {
            return JsonElement.DeepEquals(theirs, ours);
        }
        catch (ArgumentOutOfRangeException)
        {
            // An exponent of more than 32 bits, which the framework doesn't compare: no number of ours is so great, or so small.
            return false;
        }
    }
}
