namespace Assay.Node.Chatting;

/// <summary>How a GGUF file is run; what is null is as the backend chooses.</summary>
/// <param name="Path">The file.</param>
public sealed record ChatFileLocal(string Path)
{
    /// <summary>Answers that are computed at once, 1 to 64.</summary>
    public int? Contexts { get; init; }

    /// <summary>Requests that may wait for one of them, 0 to 65,536.</summary>
    public int? Waiting { get; init; }

    /// <summary>Threads of each, 1 to 256.</summary>
    public int? Threads { get; init; }

    /// <summary>Most tokens of a request and its answer, 16 to 1,048,576.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Tokens of a prompt that are evaluated at once, 1 to 1,048,576.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>The family of chat templates.</summary>
    public string? Template { get; init; }
}
