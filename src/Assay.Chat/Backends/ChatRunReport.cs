namespace Assay.Chat;

/// <summary>What only running shows.</summary>
public sealed record ChatRunReport
{
    /// <summary>Tokens; null: not known.</summary>
    public ChatUsage? Usage { get; init; }

    /// <summary>The leaf <c>execution.cache</c>: <c>none</c> or <c>prefix</c>; null: not known.</summary>
    public string? Cache { get; init; }

    /// <summary>What an upstream said of itself.</summary>
    public UpstreamWord? Upstream { get; init; }

    /// <summary>Mutations that only running shows: failovers, members withheld.</summary>
    public IReadOnlyList<string> Mutations { get; init; } = [];
}
