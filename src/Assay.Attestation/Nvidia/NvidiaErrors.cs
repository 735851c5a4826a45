namespace Assay.Attestation;

/// <summary>Codes of NVIDIA's device evidence, reference manifests and tokens (docs/errors.md).</summary>
public static class NvidiaErrors
{
    /// <summary>Not an SPDM 1.1 GET_MEASUREMENTS request with its response, or a length that doesn't fit.</summary>
    public const string Report = "nvidia/report";

    /// <summary>A measurement block in a form that devices don't make.</summary>
    public const string Block = "nvidia/block";

    /// <summary>Opaque data that isn't a row of whole fields, or has one twice.</summary>
    public const string Opaque = "nvidia/opaque";

    /// <summary>The leaf's key didn't sign it.</summary>
    public const string Signature = "nvidia/signature";

    /// <summary>The firmware that the certificate names isn't the one that the report names.</summary>
    public const string Firmware = "nvidia/firmware";

    /// <summary>Certificate or report doesn't name the firmware.</summary>
    public const string NoFirmware = "nvidia/no-firmware";

    /// <summary>Made for another nonce.</summary>
    public const string Nonce = "nvidia/nonce";

    /// <summary>Nobody says which nonce was asked for.</summary>
    public const string NoNonce = "nvidia/no-nonce";

    /// <summary>A nonce that is published in sample code: signed reports over it are public.</summary>
    public const string PublishedNonce = "nvidia/published-nonce";

    /// <summary>OCSP is the only revocation of device certificates, and answers aren't looked at.</summary>
    public const string NoOcsp = "nvidia/no-ocsp";

    /// <summary>Not a reference manifest with one enveloped signature in the one form that NVIDIA's have.</summary>
    public const string Manifest = "rim/form";

    /// <summary>The manifest's digest isn't the one that is signed.</summary>
    public const string ManifestDigest = "rim/digest";

    /// <summary>The first certificate's key didn't sign the manifest.</summary>
    public const string ManifestSignature = "rim/signature";

    /// <summary>Not a detached token of the attestation service.</summary>
    public const string Token = "nras/form";

    /// <summary>A device's part isn't the one whose digest is signed, or is missing.</summary>
    public const string TokenDigest = "nras/digest";

    /// <summary>The service's key isn't here.</summary>
    public const string TokenKey = "nras/no-key";

    /// <summary>The service's key didn't sign it.</summary>
    public const string TokenSignature = "nras/signature";

    /// <summary>Not in force at the time.</summary>
    public const string TokenTime = "nras/time";
}
