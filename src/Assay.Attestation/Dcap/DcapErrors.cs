namespace Assay.Attestation;

/// <summary>Detail codes of the steps of <c>intel-tdx</c> and <c>intel-sgx</c> (docs/errors.md).</summary>
public static class DcapErrors
{
    /// <summary>A declared length isn't what is there, or the quote is too short.</summary>
    public const string Length = "dcap/length";

    /// <summary>Another version than 3, 4 or 5; 3 with TDX.</summary>
    public const string Version = "dcap/version";

    /// <summary>Another kind of attestation key than ECDSA P-256.</summary>
    public const string KeyType = "dcap/key-type";

    /// <summary>A quote of another kind of enclave than the evidence is said to be.</summary>
    public const string TeeType = "dcap/tee-type";

    /// <summary>A body that isn't known, or isn't that of the kind of enclave.</summary>
    public const string BodyType = "dcap/body-type";

    /// <summary>Made by another quoting enclave than Intel's.</summary>
    public const string Vendor = "dcap/vendor";

    /// <summary>Certification data without the certificates (types 1 to 4), or unknown.</summary>
    public const string CertificationType = "dcap/certification-type";

    /// <summary>Unsigned bytes after the signature data that aren't zero, or too many.</summary>
    public const string Trailing = "dcap/trailing";

    /// <summary>The certificates aren't three in PEM, or one of them can't be read.</summary>
    public const string Certificates = "dcap/certificates";

    /// <summary>The attestation key isn't a point of P-256.</summary>
    public const string AttestationKey = "dcap/attestation-key";

    /// <summary>The platform's key didn't sign the quoting enclave's report.</summary>
    public const string QeReportSignature = "dcap/qe-report-signature";

    /// <summary>The quoting enclave's report isn't about this attestation key.</summary>
    public const string KeyBinding = "dcap/key-binding";

    /// <summary>The attestation key didn't sign the quote.</summary>
    public const string QuoteSignature = "dcap/quote-signature";

    /// <summary>The platform certificate's SGX extension is missing, or not in its form.</summary>
    public const string PckExtension = "dcap/pck-extension";

    /// <summary>No revocation list of the platform's CA (not evaluated).</summary>
    public const string NoPckCrl = "dcap/no-pck-crl";

    /// <summary>No revocation list of the root (not evaluated).</summary>
    public const string NoRootCrl = "dcap/no-root-crl";

    /// <summary>No revocation list at all (not evaluated). A code of its own: who does without one of the two doesn't do without both.</summary>
    public const string NoCrl = "dcap/no-crl";

    /// <summary>No TCB info (not evaluated).</summary>
    public const string NoTcbInfo = "dcap/no-tcb-info";

    /// <summary>No identity of the quoting enclave (not evaluated).</summary>
    public const string NoQeIdentity = "dcap/no-qe-identity";

    /// <summary>TCB info that can't be read.</summary>
    public const string TcbInfoForm = "dcap/tcb-info-form";

    /// <summary>TCB info of another version, or for the other kind of enclave.</summary>
    public const string TcbInfoKind = "dcap/tcb-info-kind";

    /// <summary>TCB info for other platforms.</summary>
    public const string TcbInfoPlatform = "dcap/tcb-info-platform";

    /// <summary>TCB info that wasn't issued yet, or is past its next update.</summary>
    public const string TcbInfoWindow = "dcap/tcb-info-window";

    /// <summary>TCB info that no TCB signing certificate under the root signed.</summary>
    public const string TcbInfoSignature = "dcap/tcb-info-signature";

    /// <summary>An identity of the quoting enclave that can't be read.</summary>
    public const string QeIdentityForm = "dcap/qe-identity-form";

    /// <summary>An identity of another version, or of another enclave than quotes this kind.</summary>
    public const string QeIdentityKind = "dcap/qe-identity-kind";

    /// <summary>An identity that wasn't issued yet, or is past its next update.</summary>
    public const string QeIdentityWindow = "dcap/qe-identity-window";

    /// <summary>An identity that no TCB signing certificate under the root signed.</summary>
    public const string QeIdentitySignature = "dcap/qe-identity-signature";

    /// <summary>No TCB signing certificate under the root, in force, among the collateral.</summary>
    public const string NoTcbSigner = "dcap/no-tcb-signer";

    /// <summary>The TCB signing certificate is revoked.</summary>
    public const string TcbSignerRevoked = "dcap/tcb-signer-revoked";

    /// <summary>The quoting enclave isn't the one that Intel names: signer, product, attributes or miscselect.</summary>
    public const string QeIdentity = "dcap/qe-identity";

    /// <summary>The TDX module isn't one that Intel names for this platform, or runs with attributes.</summary>
    public const string TdxModule = "dcap/tdx-module";

    /// <summary>Below every level that Intel knows for the platform, its TDX module or its quoting enclave.</summary>
    public const string NotSupported = "dcap/tcb-not-supported";

    /// <summary>A level that Intel revoked.</summary>
    public const string Revoked = "dcap/tcb-revoked";

    /// <summary>A status that isn't known.</summary>
    public const string UnknownStatus = "dcap/tcb-status";
}
