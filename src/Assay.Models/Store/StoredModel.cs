using Assay.Models.Float;
using Assay.Models.Registration;
using Assay.Primitives;
using Assay.Programs;

namespace Assay.Models.Store;

/// <summary>A model as the store holds it, checked: an exact program, or a float model. There are no other kinds.</summary>
public abstract record StoredModel
{
    private StoredModel(ModelId id, StatementSource source, ReadOnlyMemory<byte> statementBytes)
    {
        Id = id;
        Source = source;
        StatementBytes = statementBytes;
        StatementDigest = Digest32.Sha256(statementBytes.Span);
    }

    /// <summary>Recomputed from the files.</summary>
    public ModelId Id { get; }

    /// <summary>The ONNX file that it was compiled from, or that it is.</summary>
    public StatementSource Source { get; }

    /// <summary>The bytes of the publisher's current statement.</summary>
    public ReadOnlyMemory<byte> StatementBytes { get; }

    /// <summary>SHA-256 of <see cref="StatementBytes"/>: what receipts name.</summary>
    public Digest32 StatementDigest { get; }

    /// <summary>A program with its weights, which gives the same bytes everywhere.</summary>
    /// <param name="Model">Program and weights.</param>
    /// <param name="Statement">The publisher's statement with the fidelity report.</param>
    /// <param name="StatementBytes">Its bytes.</param>
    public sealed record Exact(ExactModel Model, ModelStatement Statement, ReadOnlyMemory<byte> StatementBytes) : StoredModel(Model.Id, Statement.Source, StatementBytes);

    /// <summary>An ONNX file that a float runtime runs as it is.</summary>
    /// <param name="Model">The file.</param>
    /// <param name="Statement">The publisher's statement.</param>
    /// <param name="StatementBytes">Its bytes.</param>
    public sealed record Float(FloatModel Model, FloatModelStatement Statement, ReadOnlyMemory<byte> StatementBytes) : StoredModel(Model.Id, Statement.Source, StatementBytes);
}
