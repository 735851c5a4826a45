using Assay.Proofs;

namespace Assay.Prover;

/// <summary>A key has no proof for what was asked: too many runs, or numbers outside of the tables that the key has for them.</summary>
/// <param name="error">Why.</param>
public sealed class ProofRefusedException(ProofError error) : Exception($"{error.Message} [{error.Code}]")
{
    /// <summary>Why.</summary>
    public ProofError Error { get; } = error;
}
