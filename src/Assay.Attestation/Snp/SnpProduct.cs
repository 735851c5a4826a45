namespace Assay.Attestation;

/// <summary>AMD's generations of server processors that have SEV-SNP: each has its own root.</summary>
internal enum SnpProduct
{
    /// <summary>EPYC 7003.</summary>
    Milan,

    /// <summary>EPYC 9004 and 8004, Bergamo and Siena among them.</summary>
    Genoa,

    /// <summary>EPYC 9005.</summary>
    Turin,
}
