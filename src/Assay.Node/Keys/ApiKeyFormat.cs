using System.Globalization;
using System.Text.Json;
using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Keys;

/// <summary>
/// Reads a key file (docs/keys.md): strict JSON, closed and versioned. It holds the SHA-256 of each secret, never the
/// secret: whoever reads it can't call the node. Never throws; an unknown member is an error, because it could be a
/// restriction that this version would ignore.
/// </summary>
public static class ApiKeyFormat
{
    /// <summary>The <c>profile</c> of a key file.</summary>
    public const string Profile = "assay/api-keys/v1";

    /// <summary>Most bytes of a key file: 64 MiB.</summary>
    public const int MaximumBytes = 64 << 20;

    /// <summary>Most models that a key may name.</summary>
    public const int MaximumModels = 1000;

    private const int MaximumNameLength = 64;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>Reads a key file.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="error">One of <see cref="ApiKeyFileErrors"/>, when the result is null.</param>
    /// <param name="detail">Where and what, in words; holds nothing secret.</param>
    public static ApiKeyRing? TryParse(ReadOnlyMemory<byte> json, out string? error, out string detail)
    {
        error = null;
        detail = "";
        if (json.Length > MaximumBytes)
        {
            (error, detail) = (ApiKeyFileErrors.TooLarge, $"{json.Length:N0} bytes; at most {MaximumBytes:N0}");
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            (error, detail) = (ApiKeyFileErrors.Json, e.Message);
        }
        catch (InvalidOperationException)
        {
            // JSON may escape half a surrogate pair; the text then has no value.
            (error, detail) = (ApiKeyFileErrors.Json, "a string isn't Unicode text");
        }
        catch (Refusal refusal)
        {
            (error, detail) = (refusal.Code, refusal.Message);
        }

        return null;
    }

    /// <summary>Whether a text is a time of RFC 3339, in the form <c>2027-01-31T12:00:00Z</c> or with an offset like <c>+01:00</c>.</summary>
    public static bool TryParseTime(string text, out DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(text);
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time)
            || (text.Length == 25 && DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out time));
    }

    /// <summary>Whether a text can be a key's name: 1 to 64 letters, digits and <c>. _ - @</c>, and not <c>anonymous</c>.</summary>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= MaximumNameLength && text != ApiKey.AnonymousName && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@');
    }

    private static ApiKeyRing Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new Refusal(ApiKeyFileErrors.Json, "not a JSON object");
        }

        if (!root.TryGetProperty("profile", out JsonElement profile) || profile.ValueKind != JsonValueKind.String || profile.GetString() != Profile)
        {
            throw new Refusal(ApiKeyFileErrors.Profile, $"'profile' must be \"{Profile}\"; 'assay key add' writes such files");
        }

        ApiKey? anonymous = null;
        List<ApiKey> keys = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        Dictionary<ulong, (Digest32, ApiKey)> byPrefix = [];
        foreach (JsonProperty member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "profile":
                    break;
                case "anonymous":
                    anonymous = Restrictions(member.Value, ApiKey.Anonymous, ApiKey.AnonymousName, null);
                    break;
                case "keys":
                    foreach (JsonElement element in Elements(member.Value, "keys", ApiKeyRing.MaximumKeys))
                    {
                        (Digest32 digest, ApiKey key) = Key(element, keys.Count);
                        if (!names.Add(key.Name) || !byPrefix.TryAdd(ApiKeyRing.PrefixOf(digest), (digest, key)))
                        {
                            throw new Refusal(ApiKeyFileErrors.Repeated, $"'{key.Name}' has the name or the secret of a key before it");
                        }

                        keys.Add(key);
                    }

                    break;
                default:
                    throw Unknown("the file", member.Name);
            }
        }

        return new ApiKeyRing(anonymous, keys, byPrefix);
    }

    private static (Digest32 Digest, ApiKey Key) Key(JsonElement element, int number)
    {
        string place = $"keys[{number}]";
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Bad(place, "a key is a JSON object");
        }

        if (!element.TryGetProperty("name", out JsonElement nameElement) || !element.TryGetProperty("sha256", out JsonElement digestElement))
        {
            throw new Refusal(ApiKeyFileErrors.Missing, $"{place}: a key needs 'name' and 'sha256'");
        }

        string name = Text(nameElement, place + ".name");
        if (!IsName(name))
        {
            throw Bad(place + ".name", "1 to 64 letters, digits or . _ - @, and not 'anonymous'");
        }

        if (!Digest32.TryParseHex(Text(digestElement, place + ".sha256"), out Digest32 digest))
        {
            throw Bad(place + ".sha256", "64 hexadecimal digits");
        }

        return (digest, Restrictions(element, new ApiKey(name, null), name, static (key, member, where) => member.Name switch
        {
            "name" or "sha256" => key,
            "expires" => key with { Expires = Time(member.Value, where) },
            "revoked" => key with { Revoked = Time(member.Value, where) },
            _ => null,
        }));
    }

    // The members that a key and the anonymous caller share; others by 'more', which gives null for those it doesn't know.
    private static ApiKey Restrictions(JsonElement element, ApiKey key, string place, Func<ApiKey, JsonProperty, string, ApiKey?>? more)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Bad(place, "a JSON object");
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            string where = $"'{place}'.{Shorten(member.Name)}";
            key = member.Name switch
            {
                "minimumLevel" => VerificationLevel.TryParse(Text(member.Value, where), out VerificationLevel level, out string? error)
                    ? key with { MinimumLevel = level }
                    : throw Bad(where, $"not a verification level ({error})"),
                "limits" => key with { Limits = Limits(member.Value, where) },
                "publicProofs" => member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? key with { PublicProofs = member.Value.GetBoolean() }
                    : throw Bad(where, "true or false"),
                "application" => Text(member.Value, where) is var application && ChatLineage.IsName(application)
                    ? key with { Application = application }
                    : throw Bad(where, "an application's name: 1 to 64 of a-z, 0-9, '.', '_' and '-', the first a letter or a digit"),
                "mayRegister" => member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    ? key with { MayRegister = member.Value.GetBoolean() }
                    : throw Bad(where, "true or false"),
                "models" => key with { Models = [.. Elements(member.Value, where, MaximumModels).Select(e => Text(e, where))] },
                _ => more?.Invoke(key, member, where) ?? throw Unknown($"'{place}'", member.Name),
            };
        }

        return key;
    }

    private static ApiKeyLimits Limits(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Bad(place, "a JSON object");
        }

        ApiKeyLimits limits = ApiKeyLimits.None;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            string where = $"{place}.{Shorten(member.Name)}";
            limits = member.Name switch
            {
                "requestsPerMinute" => limits with { RequestsPerMinute = Number(member.Value, ApiKeyLimits.MaximumRequestsPerMinute, where) },
                "concurrent" => limits with { Concurrent = Number(member.Value, ApiKeyLimits.MaximumConcurrent, where) },
                "bodyBytes" => limits with { BodyBytes = Number(member.Value, 16 << 20, where) },
                "batch" => limits with { Batch = Number(member.Value, 65_536, where) },
                _ => throw Unknown(place, member.Name),
            };
        }

        return limits;
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement element, string where, int most) =>
        element.ValueKind != JsonValueKind.Array ? throw Bad(where, "an array")
        : element.GetArrayLength() > most ? throw new Refusal(ApiKeyFileErrors.TooLarge, $"{where}: at most {most:N0} elements")
        : element.EnumerateArray();

    private static string Text(JsonElement element, string where) => element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Bad(where, "a string");

    private static int Number(JsonElement element, int most, string where) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int number) && number >= 1 && number <= most ? number : throw Bad(where, $"a whole number from 1 to {most:N0}");

    private static DateTimeOffset Time(JsonElement element, string where) =>
        TryParseTime(Text(element, where), out DateTimeOffset time) ? time : throw Bad(where, "a time of RFC 3339 like 2027-01-31T12:00:00Z");

    private static Refusal Bad(string where, string expected) => new(ApiKeyFileErrors.Value, $"{where}: expected {expected}");

    private static Refusal Unknown(string where, string name) => new(ApiKeyFileErrors.Member, $"{where} has the unknown member '{Shorten(name)}'");

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";

    // Stays inside this class: callers get a code.
    private sealed class Refusal(string code, string detail) : Exception(detail)
    {
        internal string Code { get; } = code;
    }
}
