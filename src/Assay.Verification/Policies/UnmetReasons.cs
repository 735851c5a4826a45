namespace Assay.Verification;

/// <summary>Why a requirement doesn't hold (spec/levels.md, "Evaluation"). The first that applies, in this order.</summary>
public static class UnmetReasons
{
    /// <summary>By evidence, it isn't so.</summary>
    public const string Refuted = "requirement/refuted";

    /// <summary>None of its bases can be appraised here with these parameters.</summary>
    public const string NotSupported = "requirement/not-supported";

    /// <summary>Established by one of its bases, but a parameter doesn't hold or isn't known: peers, witnesses, time or soundness.</summary>
    public const string Parameter = "requirement/parameter";

    /// <summary>Established, but by another basis.</summary>
    public const string OtherBasis = "requirement/other-basis";

    /// <summary>Somebody says so, and the policy doesn't accept that.</summary>
    public const string AssertedOnly = "requirement/asserted-only";

    /// <summary>Evidence is still to come.</summary>
    public const string Pending = "requirement/pending";

    /// <summary>Evidence was to come, and its time is over.</summary>
    public const string Expired = "requirement/expired";

    /// <summary>Nothing is known.</summary>
    public const string NotEstablished = "requirement/not-established";
}
