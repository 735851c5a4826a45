namespace Assay.Ohttp;

/// <summary>Ciphers of HPKE (RFC 9180, section 7.3), by their registered numbers.</summary>
public enum HpkeAead
{
    /// <summary>AES-128 in Galois/counter mode.</summary>
    Aes128Gcm = 0x0001,

    /// <summary>ChaCha20 with Poly1305, where the platform has it.</summary>
    ChaCha20Poly1305 = 0x0003,
}
