namespace Assay.Node.Errors;

/// <summary>A refusal: a stable code, the HTTP status that carries it, what is wrong, and the nearest thing that would work.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable code, see docs/errors.md.</param>
/// <param name="Message">One sentence in plain words.</param>
/// <param name="Nearest">What the caller can do instead; empty if there is nothing.</param>
public sealed record NodeError(int Status, string Code, string Message, string Nearest = "")
{
    /// <summary>Levels that this model can meet, for <c>verification_unsatisfiable</c>.</summary>
    public IReadOnlyList<string> Alternatives { get; init; } = [];
}
