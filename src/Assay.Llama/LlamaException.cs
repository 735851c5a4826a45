namespace Assay.Llama;

/// <summary>A model or library that can't be opened.</summary>
public sealed class LlamaException : Exception
{
    /// <summary>Makes it.</summary>
    /// <param name="code">One of <see cref="LlamaErrors"/>.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="hint">The nearest thing that works.</param>
    public LlamaException(string code, string message, string hint = "")
        : base(message) => (Code, Hint) = (code, hint);

    /// <inheritdoc/>
    public LlamaException()
        : this(LlamaErrors.Load, "The model can't be opened.")
    {
    }

    /// <inheritdoc/>
    public LlamaException(string message)
        : this(LlamaErrors.Load, message)
    {
    }

    /// <inheritdoc/>
    public LlamaException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>One of <see cref="LlamaErrors"/>.</summary>
    public string Code { get; } = LlamaErrors.Load;

    /// <summary>The nearest thing that works.</summary>
    public string Hint { get; } = "";
}
