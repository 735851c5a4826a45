using Assay.Chat;
using Assay.Primitives;

namespace Assay.Verification;

/// <summary>A configuration in a history, and what is known of it.</summary>
public sealed record ConfigurationReport
{
    public required int Number { get; init; }

    /// <summary>The node's word.</summary>
    public required DateTimeOffset First { get; init; }

    /// <summary>The node's word.</summary>
    public required DateTimeOffset Last { get; init; }

    /// <summary>The node's word.</summary>
    public required long Receipts { get; init; }

    /// <summary>The id of the receipt that shows it; null: it can't be read.</summary>
    public required ReceiptId? Receipt { get; init; }

    /// <summary>Whether that receipt is unaltered and this application's, by this number.</summary>
    public required QuestionStatus Signed { get; init; }

    /// <summary>Whether it is in the node's public log.</summary>
    public required QuestionStatus Logged { get; init; }

    /// <summary>What it is; null: the receipt can't be read.</summary>
    public required ChatConfiguration? Configuration { get; init; }

    /// <summary>The raw texts of the system prompt; null: there is none, or it isn't shown, or not this one.</summary>
    public required IReadOnlyList<string>? SystemPrompt { get; init; }

    /// <summary>Established: it is the one that the receipt names. Null: the configuration has none.</summary>
    public required QuestionStatus? PromptStatus { get; init; }

    /// <summary>The raw text of the tools; null as above.</summary>
    public required string? Tools { get; init; }

    /// <summary>As of the system prompt.</summary>
    public required QuestionStatus? ToolsStatus { get; init; }

    /// <summary>The registered prompt that the node says it is; null: none.</summary>
    public required string? RegisteredPrompt { get; init; }

    /// <summary>The registered tool set that the node says it is; null: none.</summary>
    public required string? RegisteredTools { get; init; }

    /// <summary>What differs from the configuration before it here; empty for the first.</summary>
    public required IReadOnlyList<LeafChange> Changes { get; init; }
}
