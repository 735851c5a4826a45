namespace Assay.Prover;

/// <summary>The parts of making a proof, in their order (spec/proof-system.md, section 7).</summary>
public enum ProofPhase
{
    /// <summary>Running the model, and all committed numbers.</summary>
    Witness,

    /// <summary>Encoding and hashing them.</summary>
    Commit,

    /// <summary>The sum over all lookups.</summary>
    Lookups,

    /// <summary>Inner products.</summary>
    Sums,

    /// <summary>All claims to one.</summary>
    Reduce,

    /// <summary>Folds of committed numbers and weights.</summary>
    Folds,

    /// <summary>Work and openings.</summary>
    Open,
}
