namespace Assay.Client;

/// <summary>A node refused a request, or answered something that isn't an answer.</summary>
public sealed class NodeException : Exception
{
    /// <summary>Creates the exception.</summary>
    public NodeException(int status, string code, string message, string nearest, IReadOnlyList<string> alternatives)
        : base(message)
    {
        Status = status;
        Code = code;
        Nearest = nearest;
        Alternatives = alternatives;
    }

    /// <summary>HTTP status.</summary>
    public int Status { get; }

    /// <summary>The stable code.</summary>
    public string Code { get; }

    /// <summary>What would work instead.</summary>
    public string Nearest { get; }

    /// <summary>Levels that the model can meet, if the level was the problem.</summary>
    public IReadOnlyList<string> Alternatives { get; }

    /// <summary>What a chat's refusal said, as it came; empty elsewhere.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A chat's refusal's header <c>x-request-id</c>; null: none.</summary>
    public string? RequestId { get; init; }

    /// <summary>When it may be tried again, if a chat's refusal says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a chat's refusal says that trying again can't help.</summary>
    public bool IsFinal { get; init; }
}
