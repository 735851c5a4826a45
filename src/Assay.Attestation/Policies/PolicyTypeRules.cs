using System.Collections.Immutable;
using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>A policy's rules for one type of evidence. All lists are sorted.</summary>
public sealed record PolicyTypeRules
{
    /// <summary>The type.</summary>
    public required EvidenceType Type { get; init; }

    /// <summary>Codes of modes and of not-evaluated steps that are accepted.</summary>
    public ImmutableArray<string> Accept { get; init; } = [];

    /// <summary>Least security versions by product; empty: none are asked for.</summary>
    public ImmutableArray<PolicyFloor> Floors { get; init; } = [];

    /// <summary>Intel: the statuses that are accepted.</summary>
    public ImmutableArray<string> Statuses { get; init; } = [];

    /// <summary>Intel: the only advisories that may go with another status than <c>UpToDate</c>.</summary>
    public ImmutableArray<string> Advisories { get; init; } = [];

    /// <summary>Intel: the least evaluation number; null: any.</summary>
    public uint? EvaluationNumber { get; init; }

    /// <summary>Simulator: thumbprints of the roots that are accepted.</summary>
    public ImmutableArray<Digest32> Roots { get; init; } = [];
}
