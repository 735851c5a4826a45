using Assay.Primitives.Cose;

namespace Assay.Attestation;

/// <summary>P-256 keys as evidence of AWS Nitro carries them.</summary>
public static class KeyEncoding
{
    // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 04, x, y } } (RFC 5480).
    private static readonly byte[] Prefix = Convert.FromHexString("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    /// <summary>A key's SubjectPublicKeyInfo, DER.</summary>
    public static byte[] SubjectPublicKeyInfo(P256PublicKey key) => [.. Prefix, .. key.ToArray()];
}
