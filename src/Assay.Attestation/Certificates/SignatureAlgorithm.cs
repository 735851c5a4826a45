namespace Assay.Attestation;

/// <summary>The algorithms that vendors sign with. There are no others, and RSA with PKCS #1 padding isn't one.</summary>
internal enum SignatureAlgorithm
{
    /// <summary>None of the others: nothing verifies with it.</summary>
    Unknown = 0,

    /// <summary>ECDSA with SHA-256, by a P-256 key.</summary>
    EcdsaP256 = 1,

    /// <summary>ECDSA with SHA-384, by a P-384 key.</summary>
    EcdsaP384 = 2,

    /// <summary>RSASSA-PSS with SHA-384, MGF1 with SHA-384 and 48 bytes of salt.</summary>
    RsaPssSha384 = 3,
}
