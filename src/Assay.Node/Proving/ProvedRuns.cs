using System.Collections.Immutable;
using Assay.Receipts;

namespace Assay.Node.Proving;

/// <summary>A proof that was made, and verified, with what each run's holder needs.</summary>
/// <param name="Proof">The proof's bytes.</param>
/// <param name="RunsDigest">D; empty for one run.</param>
/// <param name="Openings">Of each run in order; empty for one run.</param>
internal sealed record ProvedRuns(ReadOnlyMemory<byte> Proof, ReadOnlyMemory<byte> RunsDigest, ImmutableArray<ProofOpening> Openings);
