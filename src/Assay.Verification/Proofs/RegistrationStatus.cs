namespace Assay.Verification;

/// <summary>What a verifier makes of a registration of a proof key: the first that applies (spec/proofs.md, "Checks").</summary>
public enum RegistrationStatus
{
    /// <summary>The issuer didn't sign it.</summary>
    Signature,

    /// <summary>It is about another model, or another proof key.</summary>
    OtherKey,

    /// <summary>The node says so itself.</summary>
    Operator,

    /// <summary>The trust file names no publisher with this key.</summary>
    NotNamed,

    /// <summary>It counts.</summary>
    Counts,
}
