using System.Globalization;
using System.Text.Json;
using Assay.Evm;
using Assay.Payments;

namespace Assay.Facilitator;

/// <summary>Readers of what facilitators answer. Null: it isn't such an answer. Never throw for what it says.</summary>
internal static class FacilitatorAnswers
{
    private const int MaxKinds = 1000;
    private const int MaxText = 200;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary><c>isValid</c>, <c>invalidReason</c>, <c>invalidMessage</c>, <c>payer</c>.</summary>
    public static (bool IsValid, string? Reason, string? Message, EvmAddress? Payer)? Verification(ReadOnlyMemory<byte> utf8) => Read(utf8, static root =>
        root.TryGetProperty("isValid", out JsonElement valid) && valid.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? (valid.GetBoolean(), Short(Text(root, "invalidReason")), Short(Text(root, "invalidMessage")), Address(root, "payer"))
            : ((bool, string?, string?, EvmAddress?)?)null);

    /// <summary>The <c>kinds</c> that can be read; others are left out.</summary>
    public static IReadOnlyList<SupportedKind>? Supported(ReadOnlyMemory<byte> utf8)
    {
        List<SupportedKind>? found = null;
        _ = Read(utf8, root =>
        {
            if (root.TryGetProperty("kinds", out JsonElement kinds) && kinds.ValueKind == JsonValueKind.Array)
            {
                found = [.. kinds.EnumerateArray().Take(MaxKinds).Select(Kind).OfType<SupportedKind>()];
            }

            return (bool?)true;
        });
        return found;
    }

    internal static string? Short(string? text) => text is { Length: > MaxText } ? text[..MaxText] : text;

    private static SupportedKind? Kind(JsonElement kind) =>
        kind.ValueKind == JsonValueKind.Object
        && kind.TryGetProperty("x402Version", out JsonElement version) && version.ValueKind == JsonValueKind.Number
        && int.TryParse(version.GetRawText(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is 1 or 2
        && Text(kind, "scheme") is { Length: <= MaxText } scheme && Text(kind, "network") is { Length: <= MaxText } network
            ? new SupportedKind(number, scheme, network, kind.TryGetProperty("extra", out JsonElement extra) && extra.ValueKind == JsonValueKind.Object ? Address(extra, "facilitatorAddress") : null)
            : null;

    private static T? Read<T>(ReadOnlyMemory<byte> utf8, Func<JsonElement, T?> read)
        where T : struct
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(utf8, Strict);
            return json.RootElement.ValueKind == JsonValueKind.Object ? read(json.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The framework's reader has no other way to say that bytes aren't JSON, or that a text isn't Unicode.
            return null;
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static EvmAddress? Address(JsonElement parent, string name) => Text(parent, name) is { } text && EvmAddress.TryParse(text, out EvmAddress address) ? address : null;
}
