namespace Assay.Attestation;

/// <summary>Kinds of evidence (spec/attestation.md, "Types"). The type is said beside the evidence and never chosen by what is in it.</summary>
public enum EvidenceType
{
    /// <summary>An AWS Nitro Enclaves attestation document.</summary>
    AwsNitro,

    /// <summary>An AMD SEV-SNP attestation report, as the firmware makes it.</summary>
    AmdSevSnp,

    /// <summary>An AMD SEV-SNP report inside the blob of Azure's paravisor.</summary>
    AzureSevSnp,

    /// <summary>An Intel TDX quote, version 4 or 5.</summary>
    IntelTdx,

    /// <summary>An Intel SGX quote, version 3.</summary>
    IntelSgx,

    /// <summary>The simulator's own evidence: no hardware, no protection.</summary>
    Simulator,
}
