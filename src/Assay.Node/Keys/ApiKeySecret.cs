using System.Security.Cryptography;
using Assay.Primitives;

namespace Assay.Node.Keys;

/// <summary>
/// Secrets of API keys: <c>assay_</c> and 64 lowercase hexadecimal digits of 32 random bytes. Files keep the SHA-256 of the
/// 32 bytes; a slow password hash would add nothing to 256 bits of randomness.
/// </summary>
public static class ApiKeySecret
{
    /// <summary>What every secret begins with, so that scanners find leaked ones.</summary>
    public const string Prefix = "assay_";

    private const int Size = 32;

    /// <summary>A new secret.</summary>
    public static string Create()
    {
        Span<byte> random = stackalloc byte[Size];
        RandomNumberGenerator.Fill(random);
        string text = Prefix + Convert.ToHexStringLower(random);
        CryptographicOperations.ZeroMemory(random);
        return text;
    }

    /// <summary>The digest under which a secret is kept; false if the text isn't a secret.</summary>
    public static bool TryDigest(ReadOnlySpan<char> secret, out Digest32 digest)
    {
        digest = default;
        if (secret.Length != Prefix.Length + (2 * Size) || !secret.StartsWith(Prefix, StringComparison.Ordinal) || secret[Prefix.Length..].ContainsAnyInRange('A', 'F'))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Size];
        bool isHex = Convert.FromHexString(secret[Prefix.Length..], bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == Size;
        digest = isHex ? Digest32.Sha256(bytes) : default;
        CryptographicOperations.ZeroMemory(bytes);
        return isHex;
    }
}
