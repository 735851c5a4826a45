using System.Collections.Immutable;
using Assay.Proofs;

namespace Assay.Prover;

/// <summary>A proof with what it is about.</summary>
/// <param name="Bytes">The proof.</param>
/// <param name="Statement">What it proves.</param>
/// <param name="Outputs">Of all runs: one output after the other, each [runs, shape].</param>
/// <param name="Runs">Of many runs: what the holder of each needs; empty for one.</param>
/// <param name="Times">How long each phase took.</param>
public sealed record Proof(
    ReadOnlyMemory<byte> Bytes,
    ProofStatement Statement,
    ReadOnlyMemory<short> Outputs,
    ImmutableArray<RunOpening> Runs,
    ImmutableDictionary<ProofPhase, TimeSpan> Times);
