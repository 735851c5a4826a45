using Assay.Models.Hub;
using Assay.Models.Presentation;
using Assay.Primitives;

namespace Assay.Node.Serving;

/// <summary>A model that the node answers with: identity, terms, shapes, runner, and the bytes that let others check it.</summary>
public sealed class ServedModel : IDisposable
{
    private ModelTerms _terms = null!;

    /// <summary>The identity.</summary>
    public required ModelId Id { get; init; }

    /// <summary>What it can be asked for: a snapshot, which changes as a whole when the node's attestation comes or goes.</summary>
    public required ModelTerms Terms
    {
        get => Volatile.Read(ref _terms);
        init => _terms = value;
    }

    /// <summary>One line about it, from its publisher.</summary>
    public required string Description { get; init; }

    /// <summary>Inputs in the model's order.</summary>
    public required IReadOnlyList<TensorPort> Inputs { get; init; }

    /// <summary>Outputs in the model's order.</summary>
    public required IReadOnlyList<TensorPort> Outputs { get; init; }

    /// <summary>The execution layer.</summary>
    public required IModelRunner Runner { get; init; }

    /// <summary>The canonical program; empty for a float model.</summary>
    public required ReadOnlyMemory<byte> Program { get; init; }

    /// <summary>The weights blob; empty for a float model.</summary>
    public required ReadOnlyMemory<byte> Weights { get; init; }

    /// <summary>The publisher's statement about the model (source file, fidelity); its digest is in every receipt.</summary>
    public required ReadOnlyMemory<byte> Statement { get; init; }

    /// <summary>SHA-256 of <see cref="Statement"/>.</summary>
    public required Digest32 StatementDigest { get; init; }

    /// <summary>Whether it was registered although it is further from its float original than the rule allows; receipts say so.</summary>
    public bool FidelityAccepted { get; init; }

    /// <summary>What is said about it: card, history, publishers.</summary>
    public ServedPapers Papers { get; internal set; } = ServedPapers.None;

    /// <summary><c>exact</c>, if anybody can compute its answers again; else <c>float</c>.</summary>
    public string Kind => Runner.Semantics == DomainTags.Program ? HubEntry.Exact : HubEntry.Float;

    /// <summary>How its answers are proved; null if they aren't.</summary>
    internal Proving.ServedProofs? Proofs { get; init; }

    /// <summary>How people's files become its input and what its output means; null if its card doesn't say.</summary>
    public ModelPresentation? Presentation { get; internal set; }

    /// <summary>Measured times, for advice.</summary>
    public RunningTimes Times { get; } = new();

    /// <summary>Attested hardware vouches for its runs from now on, or doesn't, and why not.</summary>
    internal void OfferTee(string? refusal) => Volatile.Write(ref _terms, _terms with { NoTee = refusal });

    /// <inheritdoc/>
    public void Dispose()
    {
        Proofs?.Engine.Dispose();
        Runner.Dispose();
    }
}
