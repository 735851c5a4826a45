using System.Security.Cryptography;

namespace Assay.Attestation;

/// <summary>
/// The platform's objects for keys. Importing an EC key costs the platform more than verifying with it, and appraisals come in rows
/// under the same few keys. The objects aren't safe for concurrent use, hence a small cache for each thread.
/// </summary>
internal static class PlatformKeys
{
    private const int Slots = 16;

    [ThreadStatic]
    private static (PublicKey Key, AsymmetricAlgorithm Platform)[]? s_imports;

    [ThreadStatic]
    private static int s_next;

    /// <summary>Verifies r then s with the hash of the key's curve.</summary>
    internal static bool VerifyEcdsa(PublicKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        HashAlgorithmName hash = key.Kind == PublicKeyKind.P256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
        return Import(key) is ECDsa platform && platform.VerifyData(data, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Verifies RSASSA-PSS with SHA-384; the platform takes salts of the hash's length only.</summary>
    internal static bool VerifyPss(PublicKey key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        Import(key) is RSA platform && platform.VerifyData(data, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);

    /// <summary>Null if the platform doesn't take the key after all.</summary>
    private static AsymmetricAlgorithm? Import(PublicKey key)
    {
        (PublicKey Key, AsymmetricAlgorithm Platform)[] imports = s_imports ??= new (PublicKey, AsymmetricAlgorithm)[Slots];
        foreach ((PublicKey known, AsymmetricAlgorithm platform) in imports)
        {
            if (key.Equals(known))
            {
                return platform;
            }
        }

        AsymmetricAlgorithm imported;
        try
        {
            imported = key.Kind == PublicKeyKind.Rsa ? RSA.Create(key.ToRsaParameters()) : ECDsa.Create(key.ToEcParameters());
        }
        catch (CryptographicException)
        {
            return null;
        }

        imports[s_next].Platform?.Dispose();
        imports[s_next] = (key, imported);
        s_next = (s_next + 1) % Slots;
        return imported;
    }
}
