using Assay.Primitives;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Keys;
using Assay.Prover.Commitments;
using Assay.Prover.Proving;
using Assay.Prover.Threading;

namespace Assay.Prover.Registration;

/// <summary>A proof key's root, computed again by whoever has the weights (spec/proof-system.md, section 6.2).</summary>
public static class WeightsRoot
{
    /// <summary>The root that a model's weights give under a key's tiles; null if the model isn't the key's, or the key has no circuit.</summary>
    /// <param name="model">Program and weights.</param>
    /// <param name="key">The key.</param>
    /// <param name="threads">1 to 256.</param>
    public static Digest32? Of(ExactModel model, ProofKey key, int threads)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(key);
        if (model.Id != key.ModelId || ProofVerifier.Create(key, 1, out _) is not { } verifier)
        {
            return null;
        }

        if (!verifier.Shape.HasWeights)
        {
            return default(Digest32);
        }

        using WorkerTeam team = new(threads);
        using WeightCommitment commitment = WeightCommitment.Create(verifier.Shape, new ModelTileReader(model, verifier.Shape), team);
        return Digest32.From(commitment.Root);
    }
}
