namespace Assay.Attestation;

/// <summary>Kinds of keys in vendors' certificates.</summary>
internal enum PublicKeyKind
{
    /// <summary>A point of NIST P-256.</summary>
    P256 = 1,

    /// <summary>A point of NIST P-384.</summary>
    P384 = 2,

    /// <summary>An RSA modulus of 2048 to 8192 bits.</summary>
    Rsa = 3,
}
