namespace Assay.Chat;

/// <summary>Which of OpenAI's dialects.</summary>
public enum ChatKind
{
    /// <summary><c>/v1/chat/completions</c>.</summary>
    Chat,

    /// <summary><c>/v1/completions</c>.</summary>
    Completion,

    /// <summary><c>/v1/embeddings</c>.</summary>
    Embedding,
}
