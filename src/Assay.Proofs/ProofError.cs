namespace Assay.Proofs;

/// <summary>Why something has no proof, or why a key isn't one.</summary>
/// <param name="Code">A stable code, for example <c>zk/operation</c> (docs/errors.md).</param>
/// <param name="Message">For a person: names the operation and what would work.</param>
public sealed record ProofError(string Code, string Message);
