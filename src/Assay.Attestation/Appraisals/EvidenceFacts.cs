using System.Collections.Immutable;

namespace Assay.Attestation;

/// <summary>
/// What evidence says once it is read, in one form for all vendors: what policies judge and people are shown. Facts are worth
/// nothing unless the steps before them passed.
/// </summary>
public sealed record EvidenceFacts
{
    /// <summary>The type.</summary>
    public required EvidenceType Type { get; init; }

    /// <summary>What the software put in: 64 bytes of report data; Nitro's user data as it is, Azure's from the runtime data.</summary>
    public required ReadOnlyMemory<byte> ReportData { get; init; }

    /// <summary>Nitro's nonce; empty elsewhere.</summary>
    public ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>Nitro's public key; empty elsewhere.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>Registers, in the format's order, each name once.</summary>
    public required ImmutableArray<Measurement> Measurements { get; init; }

    /// <summary>
    /// Stable codes of everything about the mode that a careful policy must accept by name: <c>snp/vlek</c>, <c>snp/vmpl-1</c>,
    /// <c>snp/no-alias-check</c>, <c>tdx/service-td</c>. Codes that end with <c>/debug</c> can't be accepted by any policy.
    /// </summary>
    public required ImmutableArray<string> Modes { get; init; }

    /// <summary>
    /// The product that floors are set for: <c>Milan</c>, <c>Genoa</c>, <c>Turin</c>; an FMSPC in lower-case digits; of the simulator the
    /// thumbprint of its root in lower-case digits, which a policy must name; null if there is none.
    /// </summary>
    public string? Product { get; init; }

    /// <summary>Security versions.</summary>
    public ImmutableArray<TcbComponent> Tcb { get; init; } = [];

    /// <summary>Intel's status of the platform, converged, in Intel's spelling; null elsewhere, and if it isn't known.</summary>
    public string? TcbStatus { get; init; }

    /// <summary>Intel's advisories that go with the status, sorted, none twice.</summary>
    public ImmutableArray<string> Advisories { get; init; } = [];

    /// <summary>Intel's evaluation number that the status rests on.</summary>
    public uint? TcbEvaluationNumber { get; init; }

    /// <summary>When the collateral that the status rests on was issued.</summary>
    public DateTimeOffset? CollateralIssuedAt { get; init; }

    /// <summary>When the collateral should have been replaced at the latest.</summary>
    public DateTimeOffset? CollateralExpiresAt { get; init; }

    /// <summary>When it was made, by the attester's own signed clock; null if the format has none.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Which machine.</summary>
    public required PlatformIdentity Platform { get; init; }

    /// <summary>What else people may want to see, as name and text.</summary>
    public ImmutableArray<(string Name, string Value)> Details { get; init; } = [];
}
