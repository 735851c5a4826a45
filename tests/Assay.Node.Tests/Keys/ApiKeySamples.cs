using System.Text;
using Assay.Node.Keys;
using Assay.Primitives;

namespace Assay.Node.Tests.Keys;

internal static class ApiKeySamples
{
    internal static string Secret { get; } = ApiKeySecret.Prefix + new string('1', 64);

    internal static string Other { get; } = ApiKeySecret.Prefix + new string('2', 64);

    internal static string Digest(string secret) => ApiKeySecret.TryDigest(secret, out Digest32 digest) ? digest.ToString() : throw new ArgumentException("not a secret", nameof(secret));

    /// <summary>A key file with one key 'team'; <paramref name="more"/> begins with a comma.</summary>
    internal static byte[] File(string more = "", string top = "") => Encoding.UTF8.GetBytes(
        $$"""{"profile":"assay/api-keys/v1"{{top}},"keys":[{"name":"team","sha256":"{{Digest(Secret)}}"{{more}}}]}""");

    internal static ApiKeyRing Ring(string more = "", string top = "") =>
        ApiKeyFormat.TryParse(File(more, top), out string? error, out string detail) ?? throw new InvalidOperationException($"{error} {detail}");
}
