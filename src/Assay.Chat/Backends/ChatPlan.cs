namespace Assay.Chat;

/// <summary>A request as a backend will apply it.</summary>
public sealed record ChatPlan
{
    /// <summary>The request.</summary>
    public required ChatRequest Request { get; init; }

    /// <summary>The parameters as applied, with what the backend chose.</summary>
    public required ChatParameters Applied { get; init; }

    /// <summary>The leaf <c>request.sampling</c>: <see cref="AppliedParameters.TextOf"/> of <see cref="Applied"/>.</summary>
    public string Sampling => AppliedParameters.TextOf(Request.Kind, Applied);

    /// <summary>The leaf <c>request.mutations</c>, in the order of spec/chat.md; empty: none.</summary>
    public required IReadOnlyList<string> Mutations { get; init; }
}
