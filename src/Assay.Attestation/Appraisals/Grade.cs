namespace Assay.Attestation;

/// <summary>Who could get at the machine. Weakest first; the default is the weakest.</summary>
public enum Grade
{
    /// <summary>No hardware at all: for development.</summary>
    Simulated = 0,

    /// <summary>Whoever runs the node may stand beside the machine. Physical attacks aren't excluded.</summary>
    OperatorHeld = 1,

    /// <summary>Somebody else, who is named, holds the machine.</summary>
    ThirdPartyHosted = 2,
}
