using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>What evidence must say to be accepted (spec/attestation.md, "Policy").</summary>
public sealed record AttestationPolicy
{
    /// <summary>Its name; versions of one policy share it.</summary>
    public required string Name { get; init; }

    /// <summary>Its version, from 1.</summary>
    public required ulong Version { get; init; }

    /// <summary>The canonical text.</summary>
    public required string Text { get; init; }

    /// <summary>SHA-256 of the canonical text.</summary>
    public required Digest32 Digest { get; init; }
}
