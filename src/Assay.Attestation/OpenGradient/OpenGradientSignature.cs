using System.Security.Cryptography;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>Signatures of OpenGradient's enclaves: RSASSA-PSS with SHA-256, MGF1 with SHA-256, a salt of 32 bytes, over a hash as data.</summary>
public static class OpenGradientSignature
{
    /// <summary>Whether the key signed that hash: a response's, a heartbeat's, a key configuration's.</summary>
    /// <param name="signingKey">SubjectPublicKeyInfo, DER.</param>
    /// <param name="hash">One of <see cref="OpenGradientHashes"/>.</param>
    /// <param name="signature">As long as the modulus.</param>
    /// <returns>Null if it did, else <see cref="OpenGradientErrors.Key"/> or <see cref="OpenGradientErrors.Signature"/>. Never throws.</returns>
    public static string? Check(ReadOnlyMemory<byte> signingKey, Digest32 hash, ReadOnlySpan<byte> signature)
    {
        if (PublicKey.TryFromInfo(signingKey) is not { Kind: PublicKeyKind.Rsa } key)
        {
            return OpenGradientErrors.Key;
        }

        try
        {
            using RSA platform = RSA.Create(key.ToRsaParameters());
            return signature.Length == key.Value.Length && platform.VerifyData(hash.Bytes, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
                ? null
                : OpenGradientErrors.Signature;
        }
        catch (CryptographicException)
        {
            return OpenGradientErrors.Key;
        }
    }
}
