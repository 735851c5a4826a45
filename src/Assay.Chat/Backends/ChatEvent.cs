namespace Assay.Chat;

/// <summary>A piece of an answer, of one choice, as it becomes known. What is null has nothing new.</summary>
public sealed record ChatEvent
{
    /// <summary>The choice's index.</summary>
    public int Choice { get; init; }

    /// <summary>More text.</summary>
    public string? Content { get; init; }

    /// <summary>More of why it refuses.</summary>
    public string? Refusal { get; init; }

    /// <summary>More of what it thinks.</summary>
    public string? Reasoning { get; init; }

    /// <summary>More of a tool call.</summary>
    public ChatToolFragment? Tool { get; init; }

    /// <summary>The tokens of the new text with their logprobs, each as the JSON that a chat's answer has for it; null: nobody asked.</summary>
    public IReadOnlyList<ChatTokenLogprob>? Logprobs { get; init; }

    /// <summary>Why the choice ended: its last event.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Of an embedding: the vector of input <see cref="Choice"/>.</summary>
    public ReadOnlyMemory<float>? Embedding { get; init; }
}
