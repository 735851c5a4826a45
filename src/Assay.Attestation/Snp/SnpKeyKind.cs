namespace Assay.Attestation;

/// <summary>Which key signs a report, as its flags say.</summary>
internal enum SnpKeyKind : uint
{
    /// <summary>The chip's own, derived from its secret and its security version.</summary>
    Vcek = 0,

    /// <summary>A cloud provider's, loaded into all its chips.</summary>
    Vlek = 1,

    /// <summary>None: the signature is empty.</summary>
    None = 7,
}
