namespace Assay.Attestation;

/// <summary>
/// Codes of Nitro documents (docs/errors.md). Malformed CBOR gives those of <c>cbor/…</c>, certificates those of <c>cert/…</c>.
/// </summary>
public static class NitroErrors
{
    /// <summary>Over 16 KiB.</summary>
    public const string TooLarge = "nitro/too-large";

    /// <summary>The unprotected header isn't empty.</summary>
    public const string Header = "nitro/header";

    /// <summary>The signature isn't 96 bytes.</summary>
    public const string SignatureLength = "nitro/signature-length";

    /// <summary>A member that documents of enclaves don't have: another kind of document, such as an instance's.</summary>
    public const string Field = "nitro/field";

    /// <summary>A member, or a register, that is there twice.</summary>
    public const string Repeated = "nitro/repeated";

    /// <summary>A member that must be there isn't.</summary>
    public const string Missing = "nitro/missing";

    /// <summary>The module's name is empty, too long, or not printable ASCII.</summary>
    public const string ModuleId = "nitro/module-id";

    /// <summary>Registers by another hash than SHA-384.</summary>
    public const string Digest = "nitro/digest";

    /// <summary>No time, or one after the year 9999.</summary>
    public const string Time = "nitro/time";

    /// <summary>No register, an index above 31, or a register that isn't 48 bytes.</summary>
    public const string Register = "nitro/register";

    /// <summary>A certificate's length, or how many there are, is out of bounds.</summary>
    public const string CertificateLength = "nitro/certificate-length";

    /// <summary>Public key, user data or nonce over its bound.</summary>
    public const string Data = "nitro/data";

    /// <summary>The protected header isn't exactly <c>{1: -35}</c>: ES384.</summary>
    public const string Algorithm = "nitro/algorithm";

    /// <summary>The certificate's key isn't a P-384 key, or the certificate can't be read.</summary>
    public const string Key = "nitro/key";

    /// <summary>The certificate's key didn't sign the document.</summary>
    public const string Signature = "nitro/signature";
}
