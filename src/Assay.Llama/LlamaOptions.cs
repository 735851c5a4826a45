namespace Assay.Llama;

/// <summary>How a model is run. What can change its numbers stands in receipts (<c>execution.backend</c>).</summary>
public sealed record LlamaOptions
{
    /// <summary>A library file to use; null: the installed one.</summary>
    public string? LibraryPath { get; init; }

    /// <summary>Answers that are computed at once, 1 to 64; each has its own memory of <see cref="ContextTokens"/> tokens. Null: 1.</summary>
    public int? Contexts { get; init; }

    /// <summary>Requests that may wait for one of them, 0 or more; more are refused with <c>backend/busy</c>. Null: 64.</summary>
    public int? MaxWaiting { get; init; }

    /// <summary>Threads of each, 1 to 256; null: 1 for a file below 100 MB, which more only slow down; else all processors but one, divided by <see cref="Contexts"/>.</summary>
    public int? Threads { get; init; }

    /// <summary>Most tokens of a request and its answer together, 16 or more; null: what the model was trained for, up to 4,096.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Tokens of a prompt that are evaluated at once, 1 to <see cref="ContextTokens"/>; null: 512 or less.</summary>
    public int? BatchTokens { get; init; }

    /// <summary><c>chatml</c>, <c>llama2</c>, <c>llama3</c>, <c>gemma</c>, <c>zephyr</c> or <c>plain</c>; null: as the model's own template shows (docs/chat.md).</summary>
    public string? Template { get; init; }
}
