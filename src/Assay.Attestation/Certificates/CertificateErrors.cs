namespace Assay.Attestation;

/// <summary>Codes of certificates, chains and revocation lists (docs/errors.md).</summary>
public static class CertificateErrors
{
    /// <summary>Not a version 3 certificate in strict DER, or over a limit.</summary>
    public const string Parse = "cert/parse";

    /// <summary>Too few or too many certificates for the shape.</summary>
    public const string Length = "cert/length";

    /// <summary>The last certificate isn't, byte for byte, one of the roots that are trusted. Also if none is.</summary>
    public const string Anchor = "cert/anchor";

    /// <summary>An issuer's name isn't the subject's name of the next certificate, byte for byte.</summary>
    public const string Name = "cert/name";

    /// <summary>A certificate isn't what its place in the chain demands: CA or not, path length, key usage, common name, extensions.</summary>
    public const string Role = "cert/role";

    /// <summary>A critical extension that its place in the chain doesn't know.</summary>
    public const string Critical = "cert/critical";

    /// <summary>Signed with an algorithm that its place in the chain doesn't allow.</summary>
    public const string Algorithm = "cert/algorithm";

    /// <summary>A key of another kind than its place in the chain allows, or that isn't a key: a point off its curve, a modulus too short or too long.</summary>
    public const string Key = "cert/key";

    /// <summary>The issuer's key didn't sign it.</summary>
    public const string Signature = "cert/signature";

    /// <summary>Not in force yet.</summary>
    public const string NotYetValid = "cert/not-yet-valid";

    /// <summary>No longer in force.</summary>
    public const string Expired = "cert/expired";

    /// <summary>A revocation list names it.</summary>
    public const string Revoked = "cert/revoked";

    /// <summary>Not a version 2 revocation list in strict DER, over a limit, or of a kind that isn't whole: partial, indirect, a difference.</summary>
    public const string ListParse = "crl/parse";

    /// <summary>The list's issuer isn't the certificate that should have issued it, or that one may not issue lists.</summary>
    public const string ListIssuer = "crl/issuer";

    /// <summary>A critical extension of the list or of an entry that isn't known.</summary>
    public const string ListCritical = "crl/critical";

    /// <summary>The issuer's key didn't sign the list.</summary>
    public const string ListSignature = "crl/signature";

    /// <summary>Issued after the time up to which statements are heard.</summary>
    public const string ListNotYetValid = "crl/not-yet-valid";

    /// <summary>The list should have been replaced before.</summary>
    public const string ListExpired = "crl/expired";
}
