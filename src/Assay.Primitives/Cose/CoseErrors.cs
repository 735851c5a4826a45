namespace Assay.Primitives.Cose;

/// <summary>
/// The stable codes of <see cref="CoseSign1"/>; malformed CBOR gives those of
/// <see cref="Cbor.CborErrors"/>.
/// </summary>
public static class CoseErrors
{
    /// <summary>The signature isn't 64 bytes.</summary>
    public const string SignatureLength = "cose/signature-length";

    /// <summary>The unprotected header isn't empty, or the protected one isn't exactly <c>{1: alg, 4: kid}</c>.</summary>
    public const string Header = "cose/header";

    /// <summary>The algorithm isn't ES256 (-7).</summary>
    public const string Algorithm = "cose/algorithm";

    /// <summary>The key id isn't the thumbprint of the verifying key.</summary>
    public const string KeyId = "cose/kid";

    /// <summary><c>s</c> is in the upper half of the order.</summary>
    public const string SignatureMalleable = "cose/signature-malleable";

    /// <summary>The signature doesn't verify.</summary>
    public const string Signature = "cose/signature";
}
