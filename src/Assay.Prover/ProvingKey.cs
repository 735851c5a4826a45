using Assay.Primitives;
using Assay.Programs;
using Assay.Proofs;
using Assay.Proofs.Keys;
using Assay.Proofs.Layouts;
using Assay.Prover.Commitments;
using Assay.Prover.Proving;
using Assay.Prover.Registration;
using Assay.Prover.Threading;

namespace Assay.Prover;

/// <summary>What proofs of a model are made with: the model, its public description, and the commitment to its weights. Any number of
/// provers may share one.</summary>
public sealed class ProvingKey : IDisposable
{
    private ProvingKey(ExactModel model, ProofKey key, WeightCommitment? weights)
    {
        Model = model;
        Key = key;
        Weights = weights;
    }

    /// <summary>The model.</summary>
    public ExactModel Model { get; }

    /// <summary>Its public description, against which proofs are checked.</summary>
    public ProofKey Key { get; }

    /// <summary>The commitment; null without weights.</summary>
    internal WeightCommitment? Weights { get; }

    /// <summary>Finds how a model is proved and commits to its weights: about 16 bytes of memory for each weight while this lives.
    /// Deterministic: whoever has the model gets the same key.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Threads for the commitment, 1 to 256.</param>
    /// <param name="error">Null exactly when a key is returned; else which operation has no proof, or what is too large.</param>
    public static ProvingKey? Create(ExactModel model, int threads, out ProofError? error)
    {
        ArgumentNullException.ThrowIfNull(model);
        return ChoiceCompiler.Compile(model, out error) is { } choices ? Create(model, choices, threads, out error) : null;
    }

    /// <summary>Commits to a model's weights for choices that were made.</summary>
    /// <inheritdoc cref="Create(ExactModel, int, out ProofError?)"/>
    internal static ProvingKey? Create(ExactModel model, CompiledChoices choices, int threads, out ProofError? error)
    {
        (ProofShape? shape, error) = ProofShape.Of(choices.Circuit, choices.TileIndexBits, choices.TileRowBits);
        if (shape is null)
        {
            return null;
        }

        WeightCommitment? weights = null;
        if (shape.HasWeights)
        {
            using WorkerTeam team = new(threads);
            weights = WeightCommitment.Create(shape, new ModelTileReader(model, shape), team);
        }

        Digest32 root = weights is null ? default : Digest32.From(weights.Root);
        return new(
            model,
            ProofKey.Create(model.Program, model.Weights.Root(), choices.LimbBits, choices.Choices, choices.TileIndexBits, choices.TileRowBits, root),
            weights);
    }

    /// <inheritdoc/>
    public void Dispose() => Weights?.Dispose();
}
