namespace Assay.Attestation;

/// <summary>Codes of everything around evidence that can't be read (docs/errors.md). The vendors' formats have their own lists.</summary>
public static class AttestationErrors
{
    /// <summary>Over a length limit.</summary>
    public const string TooLarge = "attestation/too-large";

    /// <summary>Another profile than this version's.</summary>
    public const string Profile = "attestation/profile";

    /// <summary>An unknown type of evidence.</summary>
    public const string Type = "attestation/type";

    /// <summary>An empty part.</summary>
    public const string Empty = "attestation/empty";

    /// <summary>A binding of another profile.</summary>
    public const string BindingProfile = "binding/profile";

    /// <summary>A binding for another purpose.</summary>
    public const string BindingPurpose = "binding/purpose";

    /// <summary>A value of a binding out of its bounds.</summary>
    public const string BindingValue = "binding/value";

    /// <summary>The binding's key isn't a P-256 key.</summary>
    public const string BindingKey = "binding/key";

    /// <summary>Collateral that isn't in this version's form.</summary>
    public const string Collateral = "collateral/form";

    /// <summary>Material that isn't in this version's form.</summary>
    public const string Material = "attestation/material";

    /// <summary>An attestation file that isn't in this version's form.</summary>
    public const string File = "attestation/file";

    /// <summary>A platform endorsement that isn't in this version's form.</summary>
    public const string PlatformEndorsement = "attestation/platform-endorsement";

    /// <summary>A file that is no collateral that is known, or is broken.</summary>
    public const string CollateralFile = "collateral/file";

    /// <summary>TCB info or an enclave identity without its signature.</summary>
    public const string CollateralUnsigned = "collateral/unsigned";
}
