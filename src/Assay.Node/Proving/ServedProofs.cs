using System.Collections.Immutable;
using Assay.Receipts;

namespace Assay.Node.Proving;

/// <summary>How a served model is proved.</summary>
/// <param name="Engine">The prover.</param>
/// <param name="Registrations">Who says that the key is the model's; they go with every proof.</param>
internal sealed record ServedProofs(IProofEngine Engine, ImmutableArray<ProofRegistration> Registrations);
