namespace Assay.Proofs;

/// <summary>What became of a proof.</summary>
public enum ProofOutcome
{
    /// <summary>It couldn't be looked at, for example because the key has no circuit for this batch. Nothing is established.</summary>
    NotEvaluated,

    /// <summary>It proves its statement.</summary>
    Passed,

    /// <summary>It doesn't.</summary>
    Failed,
}
