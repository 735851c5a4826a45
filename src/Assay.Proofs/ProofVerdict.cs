namespace Assay.Proofs;

/// <summary>What a verifier says of a proof.</summary>
/// <param name="Outcome">Whether it proves its statement.</param>
/// <param name="Code">A stable code (docs/errors.md); <c>zk/ok</c> if it passed.</param>
/// <param name="Message">For a person.</param>
public sealed record ProofVerdict(ProofOutcome Outcome, string Code, string Message)
{
    /// <summary>Bits of the security budget of a proof that passed; otherwise 0.</summary>
    public double SecurityBits { get; init; }

    /// <summary>Of many runs that passed: what each holder's check needs (<see cref="RunOpening"/>); otherwise null.</summary>
    public RunBinding? Runs { get; init; }
}
