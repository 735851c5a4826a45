using Assay.Chat;
using Assay.Primitives;

namespace Assay.Verification;

/// <summary>What is to be asked again, and under which conditions (spec/chat.md, "Replay").</summary>
public sealed record ChatReplayRequest
{
    /// <summary>The model that the receipt names.</summary>
    public required ModelId Model { get; init; }

    /// <summary>The request, byte for byte.</summary>
    public required ChatRequest Request { get; init; }

    /// <summary>The parameters as applied, with the seed.</summary>
    public required ChatParameters Applied { get; init; }

    /// <summary>The leaf <c>execution.backend</c>: build and settings.</summary>
    public required string Backend { get; init; }

    /// <summary>The leaf <c>execution.instruction_set</c>; null: not said.</summary>
    public string? InstructionSet { get; init; }

    /// <summary>The leaf <c>model.template</c>; null: not said.</summary>
    public Digest32? Template { get; init; }

    /// <summary>The leaf <c>model.tokenizer</c>; null: not said.</summary>
    public Digest32? Tokenizer { get; init; }
}
