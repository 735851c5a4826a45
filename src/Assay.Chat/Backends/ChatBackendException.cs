namespace Assay.Chat;

/// <summary>A backend that can't answer, or not to the end.</summary>
public sealed class ChatBackendException : Exception
{
    /// <summary>Makes it.</summary>
    /// <param name="code">Stable: <c>backend/…</c> or <c>upstream/…</c>.</param>
    /// <param name="message">What happened, for the caller: nothing secret.</param>
    /// <param name="status">The HTTP status, if nothing was sent yet.</param>
    public ChatBackendException(string code, string message, int status = 502)
        : base(message) => (Code, Status) = (code, status);

    /// <inheritdoc/>
    public ChatBackendException()
        : this("backend/failed", "The backend failed.")
    {
    }

    /// <inheritdoc/>
    public ChatBackendException(string message)
        : this("backend/failed", message)
    {
    }

    /// <inheritdoc/>
    public ChatBackendException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Stable: <c>backend/…</c> or <c>upstream/…</c>.</summary>
    public string Code { get; } = "backend/failed";

    /// <summary>The HTTP status, if nothing was sent yet.</summary>
    public int Status { get; } = 502;

    /// <summary>Whether trying again gives the same: callers are told not to.</summary>
    public bool IsFinal { get; init; }

    /// <summary>Whole seconds after which it is worth trying again; null: not known.</summary>
    public int? RetryAfterSeconds { get; init; }
}
