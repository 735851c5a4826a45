namespace Assay.Attestation;

/// <summary>What a piece of collateral is said to be (spec/attestation.md, "Collateral"). Its own signature says whether it is.</summary>
public enum CollateralKind
{
    /// <summary>An X.509 certificate, DER: a VCEK or VLEK, an ASK or ASVK, Intel's TCB signing certificate, an intermediate.</summary>
    Certificate = 1,

    /// <summary>A certificate revocation list, DER: Intel's PCK and root lists, AMD's.</summary>
    RevocationList = 2,

    /// <summary>Intel TCB info with its signature: the JSON of the provisioning service, <c>{"tcbInfo":{…},"signature":"…"}</c>, byte for byte.</summary>
    IntelTcbInfo = 3,

    /// <summary>Intel identity of a quoting enclave with its signature: <c>{"enclaveIdentity":{…},"signature":"…"}</c>, byte for byte.</summary>
    IntelQeIdentity = 4,
}
