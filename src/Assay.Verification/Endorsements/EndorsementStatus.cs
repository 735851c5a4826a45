namespace Assay.Verification;

/// <summary>What a verifier makes of an endorsement: the first that applies (spec/endorsements.md, "What a verifier makes of them").</summary>
public enum EndorsementStatus
{
    /// <summary>The issuer didn't sign it.</summary>
    Signature,

    /// <summary>It is about another receipt.</summary>
    OtherReceipt,

    /// <summary>Its log proof doesn't hold.</summary>
    Log,

    /// <summary>The node says itself that evidence which was asked for didn't come in time.</summary>
    GaveUp,

    /// <summary>Somebody gives up in the node's name, or the node endorses itself.</summary>
    Issuer,

    /// <summary>This version appraises nothing of this kind.</summary>
    Basis,

    /// <summary>The evidence is missing, or doesn't show what the endorsement says.</summary>
    Evidence,

    /// <summary>By tee: its time isn't the receipt's.</summary>
    Time,

    /// <summary>By tee: there is no policy that says what the evidence must show.</summary>
    NoPolicy,

    /// <summary>By tee: no policy accepts the evidence.</summary>
    Attestation,

    /// <summary>The verifier's side named nobody with this key.</summary>
    NotNamed,

    /// <summary>It counts.</summary>
    Counts,
}
