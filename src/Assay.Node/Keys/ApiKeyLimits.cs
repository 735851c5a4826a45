namespace Assay.Node.Keys;

/// <summary>How much a caller may ask for; null is "no limit of its own" (the node's limits hold for everyone).</summary>
public sealed record ApiKeyLimits
{
    /// <summary>Largest value of <see cref="RequestsPerMinute"/>.</summary>
    public const int MaximumRequestsPerMinute = 1_000_000;

    /// <summary>Largest value of <see cref="Concurrent"/>.</summary>
    public const int MaximumConcurrent = 65_536;

    /// <summary>Nothing is limited.</summary>
    public static ApiKeyLimits None { get; } = new();

    /// <summary>
    /// Requests a minute, 1 to 1,000,000: a bucket of that many tokens that fills up in a minute. So this many at once after a
    /// quiet minute, and never more than twice as many in any 60 seconds.
    /// </summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Requests that are being read or worked on at the same time, 1 to 65,536.</summary>
    public int? Concurrent { get; init; }

    /// <summary>Longest request body in bytes, 1 to 16 MiB.</summary>
    public int? BodyBytes { get; init; }

    /// <summary>Most items in one request (the batch dimension), 1 to 65,536.</summary>
    public int? Batch { get; init; }
}
