namespace Assay.Node.Errors;

/// <summary>A refusal: a stable code, the HTTP status that carries it, what is wrong, and the nearest thing that would work.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable code, see docs/errors.md.</param>
/// <param name="Message">One sentence in plain words.</param>
/// <param name="Nearest">What the caller can do instead; empty if there is nothing.</param>
public sealed record NodeError(int Status, string Code, string Message, string Nearest = "")
{
    /// <summary>What would work instead: levels that this model can meet (<c>verification_unsatisfiable</c>), models that this key may call (<c>model_not_allowed</c>).</summary>
    public IReadOnlyList<string> Alternatives { get; init; } = [];

    /// <summary>Median time of this model's latest answers in milliseconds, for <c>verification_unsatisfiable</c>; null: none measured.</summary>
    public double? MedianMilliseconds { get; init; }

    /// <summary>What was missing, for <c>verification_shortfall</c>.</summary>
    public Releasing.Shortfall? Shortfall { get; init; }

    /// <summary>What lets the caller read the withheld receipt's fields, for <c>verification_shortfall</c>.</summary>
    public string? ReceiptSecret { get; init; }

    /// <summary>The member of the request that it is about, as OpenAI's errors name it; null: the whole request.</summary>
    public string? Param { get; init; }

    /// <summary>Whether sending the same again can't help, or would only cost as much again (the header <c>x-should-retry: false</c>).</summary>
    public bool IsFinal { get; init; }

    /// <summary>Whole seconds after which it is worth trying again (the header Retry-After); null where waiting doesn't help.</summary>
    public int? RetryAfterSeconds { get; init; }
}
