using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Node.Errors;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Node.Keys;

/// <summary>
/// The API keys of a node. The file holds the SHA-256 of each secret, never the secret: whoever reads it can't call the node.
/// </summary>
public sealed class ApiKeyRing
{
    /// <summary>Longest secret that is looked at, in characters.</summary>
    public const int MaximumSecretLength = 256;

    private const int MaximumKeys = 100_000;
    private readonly Dictionary<Digest32, ApiKey> _byDigest;

    private ApiKeyRing(Dictionary<Digest32, ApiKey> byDigest, bool required)
    {
        _byDigest = byDigest;
        KeyRequired = required;
    }

    /// <summary>No keys: every caller is anonymous.</summary>
    public static ApiKeyRing Open { get; } = new([], required: false);

    /// <summary>Whether callers without a key are refused.</summary>
    public bool KeyRequired { get; }

    /// <summary>Finds the caller of a request.</summary>
    /// <param name="authorization">The Authorization header, or null.</param>
    /// <param name="key">The caller, when the result is null.</param>
    /// <returns>Null, or why the caller is refused.</returns>
    public NodeError? Authenticate(string? authorization, out ApiKey key)
    {
        key = ApiKey.Anonymous;
        if (string.IsNullOrEmpty(authorization))
        {
            return KeyRequired
                ? new NodeError(401, "key_required", "This node answers only callers with an API key.", "Send 'Authorization: Bearer <secret>'.")
                : null;
        }

        const string Scheme = "Bearer ";
        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || authorization.Length > Scheme.Length + MaximumSecretLength)
        {
            return new NodeError(401, "key_malformed", "The Authorization header isn't 'Bearer <secret>'.", "Send 'Authorization: Bearer <secret>'.");
        }

        Digest32 digest = DigestOf(authorization.AsSpan(Scheme.Length).Trim());

        // A node without keys has nobody to check the secret against: saying "anonymous" would hide a misconfiguration.
        if (!_byDigest.TryGetValue(digest, out ApiKey? found))
        {
            return new NodeError(401, "key_unknown", "No API key of this node has that secret.", "Ask the operator, or call without a key if the node allows it.");
        }

        key = found;
        return null;
    }

    /// <summary>Reads a key file: <c>{"required":true,"keys":[{"name":"…","sha256":"…","minimumLevel":"signed"}]}</c>. Unknown members are errors.</summary>
    /// <exception cref="FormatException">The file isn't such a document; the message says where.</exception>
    public static ApiKeyRing Parse(ReadOnlyMemory<byte> json)
    {
        using JsonDocument document = ParseJson(json);
        JsonElement root = document.RootElement;
        bool required = true;
        Dictionary<Digest32, ApiKey> keys = [];
        HashSet<string> names = new(StringComparer.Ordinal) { ApiKey.Anonymous.Name };
        foreach (JsonProperty member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "required" when member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    required = member.Value.GetBoolean();
                    break;
                case "keys" when member.Value.ValueKind == JsonValueKind.Array:
                    foreach (JsonElement element in member.Value.EnumerateArray())
                    {
                        (Digest32 digest, ApiKey key) = ParseKey(element);
                        if (!names.Add(key.Name) || !keys.TryAdd(digest, key) || keys.Count > MaximumKeys)
                        {
                            throw new FormatException($"key file: '{key.Name}' repeats a name or a secret, or there are over {MaximumKeys} keys");
                        }
                    }

                    break;
                default:
                    throw new FormatException($"key file: unknown or wrongly typed member '{member.Name}'");
            }
        }

        return new ApiKeyRing(keys, required);
    }

    /// <summary>The digest under which a secret is kept.</summary>
    public static Digest32 DigestOf(ReadOnlySpan<char> secret)
    {
        byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(secret)];
        Encoding.UTF8.GetBytes(secret, utf8);
        Digest32 digest = Digest32.Sha256(utf8);
        CryptographicOperations.ZeroMemory(utf8);
        return digest;
    }

    private static JsonDocument ParseJson(ReadOnlyMemory<byte> json)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
        }
        catch (JsonException e)
        {
            throw new FormatException($"key file: {e.Message}", e);
        }

        throw new FormatException("key file: not a JSON object");
    }

    private static (Digest32 Digest, ApiKey Key) ParseKey(JsonElement element)
    {
        string? name = null;
        Digest32? digest = null;
        VerificationLevel? minimum = null;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("key file: a key is a JSON object");
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            string text = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : throw new FormatException($"key file: '{member.Name}' is not a string");
            switch (member.Name)
            {
                case "name" when text.Length is > 0 and <= 64:
                    name = text;
                    break;
                case "sha256" when Digest32.TryParseHex(text, out Digest32 parsed):
                    digest = parsed;
                    break;
                case "minimumLevel" when VerificationLevel.TryParse(text, out VerificationLevel level, out _):
                    minimum = level;
                    break;
                default:
                    throw new FormatException($"key file: unknown member or bad value: '{member.Name}'");
            }
        }

        return name is not null && digest is { } d
            ? (d, new ApiKey(name, minimum))
            : throw new FormatException("key file: a key needs 'name' and 'sha256'");
    }
}
