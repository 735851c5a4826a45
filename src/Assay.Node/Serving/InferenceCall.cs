using Assay.Node.Keys;

namespace Assay.Node.Serving;

/// <summary>One request as it came in, free of HTTP.</summary>
/// <param name="Model">The name in the address, with its level suffix if any.</param>
/// <param name="Caller">Who asks: authenticated, and within its limits.</param>
/// <param name="LevelHeader">The Assay-Verification header, or null.</param>
/// <param name="Body">The body, byte for byte.</param>
public readonly record struct InferenceCall(string Model, ApiKey Caller, string? LevelHeader, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it came encrypted to a key that evidence vouches for, and its answer leaves encrypted.</summary>
    internal bool IsConfidential { get; init; }
}
