namespace Assay.Chat;

/// <summary>One of an answer's choices.</summary>
public sealed record ChatChoice
{
    /// <summary>The text; null where there is none.</summary>
    public string? Content { get; init; }

    /// <summary>Why the model refused; null where it didn't.</summary>
    public string? Refusal { get; init; }

    /// <summary>What it thought before (member <c>reasoning_content</c>); null where it didn't say.</summary>
    public string? Reasoning { get; init; }

    /// <summary>What it wants to call.</summary>
    public IReadOnlyList<ChatToolCall> ToolCalls { get; init; } = [];

    /// <summary>Each token of the text with its logprob; null where nobody asked.</summary>
    public IReadOnlyList<ChatLogprob>? Logprobs { get; init; }

    /// <summary>Why it ended; empty where it was broken off.</summary>
    public required string FinishReason { get; init; }
}
