using Assay.Primitives;

namespace Assay.Chat;

/// <summary>What receipts say of a backend (spec/chat.md, "Request").</summary>
public sealed record ChatBackendInfo
{
    /// <summary>The leaf <c>execution.backend</c>.</summary>
    public required string Backend { get; init; }

    /// <summary>The leaf <c>execution.semantics</c>.</summary>
    public required string Semantics { get; init; }

    /// <summary>The leaf <c>execution.instruction_set</c>; null: not known.</summary>
    public string? InstructionSet { get; init; }

    /// <summary>The leaf <c>model.model_id</c>; null: nobody here knows what the model is.</summary>
    public ModelId? Model { get; init; }

    /// <summary>The leaf <c>model.tokenizer</c>.</summary>
    public Digest32? Tokenizer { get; init; }

    /// <summary>The leaf <c>model.template</c>.</summary>
    public Digest32? Template { get; init; }

    /// <summary>Which dialects it answers.</summary>
    public required IReadOnlySet<ChatKind> Kinds { get; init; }

    /// <summary>Most tokens of a request and its answer together; null: not known.</summary>
    public int? ContextTokens { get; init; }
}
