using System.Buffers.Binary;
using System.Security.Cryptography;
using Assay.Node.Errors;
using Assay.Primitives;

namespace Assay.Node.Keys;

/// <summary>The API keys of a node at one moment: immutable, swapped as a whole when the key file changes.</summary>
public sealed class ApiKeyRing
{
    /// <summary>Most keys of a node.</summary>
    public const int MaximumKeys = 100_000;

    private const string Scheme = "Bearer ";

    // By the first 8 bytes of the digest. The lookup's time can tell those of a stored digest at most, from which nobody gets
    // to a secret of 256 random bits; the rest is compared in fixed time.
    private readonly Dictionary<ulong, (Digest32 Digest, ApiKey Key)> _byPrefix;

    internal ApiKeyRing(ApiKey? anonymous, IReadOnlyList<ApiKey> keys, Dictionary<ulong, (Digest32 Digest, ApiKey Key)> byPrefix)
    {
        Anonymous = anonymous;
        Keys = keys;
        _byPrefix = byPrefix;
    }

    /// <summary>No keys: every caller is anonymous.</summary>
    public static ApiKeyRing Open { get; } = new(ApiKey.Anonymous, [], []);

    /// <summary>What a caller without a key may do; null: such callers are refused.</summary>
    public ApiKey? Anonymous { get; }

    /// <summary>All keys in the file's order, with those that are expired or revoked.</summary>
    public IReadOnlyList<ApiKey> Keys { get; }

    /// <summary>Finds the caller of a request.</summary>
    /// <param name="authorization">The Authorization header, or null.</param>
    /// <param name="now">The time that expiry is held against.</param>
    /// <param name="key">The caller, when the result is null.</param>
    /// <returns>Null, or why the caller is refused. An unknown, an expired and a revoked secret get the same answer.</returns>
    public NodeError? Authenticate(string? authorization, DateTimeOffset now, out ApiKey? key)
    {
        key = null;
        if (string.IsNullOrEmpty(authorization))
        {
            key = Anonymous;
            return key is not null ? null : new NodeError(401, "key_required", "This node answers only callers with an API key.", "Send 'Authorization: Bearer <secret>'.");
        }

        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !ApiKeySecret.TryDigest(authorization.AsSpan(Scheme.Length).Trim(), out Digest32 digest))
        {
            return new NodeError(401, "key_malformed", "The Authorization header isn't 'Bearer <secret>' with a secret that 'assay key add' made.", "Send 'Authorization: Bearer <secret>'.");
        }

        // A secret that nobody knows isn't taken for "anonymous": that would hide a misconfiguration, or lift a key's restrictions.
        key = Find(digest);
        if (key is not null && key.IsInForce(now))
        {
            return null;
        }

        key = null;
        return new NodeError(401, "key_unknown", "No API key in force on this node has that secret.", "Ask the operator for a key in force.");
    }

    /// <summary>The first 8 bytes of a digest, big-endian.</summary>
    internal static ulong PrefixOf(in Digest32 digest) => BinaryPrimitives.ReadUInt64BigEndian(digest.Bytes);

    private ApiKey? Find(in Digest32 digest) =>
        _byPrefix.TryGetValue(PrefixOf(digest), out (Digest32 Digest, ApiKey Key) found) && CryptographicOperations.FixedTimeEquals(found.Digest.Bytes, digest.Bytes) ? found.Key : null;
}
