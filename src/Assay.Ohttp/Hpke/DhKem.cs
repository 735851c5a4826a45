using System.Security.Cryptography;

namespace Assay.Ohttp;

/// <summary>
/// DHKEM(P-256, HKDF-SHA256) of RFC 9180, section 4.1, on the platform's Diffie-Hellman, whose arithmetic takes the same time whatever
/// the key. The platform has no X25519.
/// </summary>
internal static class DhKem
{
    internal const ushort Id = 0x0010;

    /// <summary>An uncompressed point: 4, x, y.</summary>
    internal const int PublicKeySize = 65;

    private static readonly byte[] Suite = [.. "KEM"u8, Id >> 8, Id & 0xFF];

    /// <summary>A fresh key pair.</summary>
    internal static ECDiffieHellman Generate() => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The public key's bytes.</summary>
    internal static byte[] Serialize(ECDiffieHellman key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    /// <summary>Null if they aren't a point of the curve.</summary>
    internal static ECDiffieHellman? TryDeserialize(ReadOnlySpan<byte> key)
    {
        if (key.Length != PublicKeySize || key[0] != 4)
        {
            return null;
        }

        try
        {
            return ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = key[1..33].ToArray(), Y = key[33..].ToArray() },
            });
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The shared secret, 32 bytes, of one side's private key and the other side's public one. <paramref name="enc"/> is the ephemeral key, <paramref name="recipient"/> the lasting one.</summary>
    internal static byte[] Agree(ECDiffieHellman own, ECDiffieHellman other, ReadOnlySpan<byte> enc, ReadOnlySpan<byte> recipient)
    {
        using ECDiffieHellmanPublicKey otherPublic = other.PublicKey;
        byte[] dh = own.DeriveRawSecretAgreement(otherPublic);
        byte[] key = LabeledKdf.Extract(Suite, [], "eae_prk"u8, dh);
        byte[] shared = LabeledKdf.Expand(Suite, key, "shared_secret"u8, [.. enc, .. recipient], 32);
        CryptographicOperations.ZeroMemory(dh);
        CryptographicOperations.ZeroMemory(key);
        return shared;
    }
}
