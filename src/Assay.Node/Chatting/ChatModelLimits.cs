namespace Assay.Node.Chatting;

/// <summary>How much one chat model may be asked for (docs/chat.md, "Limits").</summary>
public sealed record ChatModelLimits
{
    /// <summary>Answers that are computed or sent at the same time; default 256, 1 to 65,536.</summary>
    public int Concurrent { get; init; } = 256;

    /// <summary>Those of one API key; default 64, 1 to 65,536. On a node without keys all callers count as one.</summary>
    public int ConcurrentPerKey { get; init; } = 64;

    /// <summary>Longest request body in bytes; default and at most 16 MiB, at least 1,024. The node's and the key's limits hold too.</summary>
    public int BodyBytes { get; init; } = 16 << 20;

    /// <summary>Most tokens of an answer; null: as many as the model has room for. Who names none gets as many, and the receipt says that the node chose that.</summary>
    public int? OutputTokens { get; init; }

    /// <summary>
    /// Most tokens of all answers to one request together: <c>n</c> times <c>max_tokens</c> times prompts. Null: four times what a model here reads at once, and
    /// no bound of an upstream's, whose default number isn't known. Who names no number of tokens gets what is left for each.
    /// </summary>
    public int? RequestTokens { get; init; }

    /// <summary>Longest time of an answer from its request on; default 600 s, 1 s to a day.</summary>
    public TimeSpan Overall { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>Longest wait for the first piece of an answer, which comes after the whole prompt was read; default 120 s, 1 s to a day.</summary>
    public TimeSpan FirstToken { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Longest wait from one piece of an answer to the next; default 60 s, 1 s to an hour.</summary>
    public TimeSpan PerToken { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time for a caller to take what is ready for it, beyond what the connection buffers; default 10 s, 1 s to an hour.</summary>
    public TimeSpan Write { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest answer in bytes, as it is sent; default 8 MiB, 64 KiB to 16 MiB: receipts keep it.</summary>
    public int AnswerBytes { get; init; } = 8 << 20;
}
