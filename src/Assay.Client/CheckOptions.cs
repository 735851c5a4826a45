using Assay.Receipts;
using Assay.Verification;

namespace Assay.Client;

/// <summary>What an answer must meet, and by whose word.</summary>
public sealed record CheckOptions
{
    /// <summary>The trust file. Null only together with <see cref="FirstUse"/>.</summary>
    public required TrustFile? Trust { get; init; }

    /// <summary>Take the node's keys on first use: you learn that they signed, not whose they are.</summary>
    public bool FirstUse { get; init; }

    /// <summary>What must be established; null: the level that was asked for.</summary>
    public VerificationLevel? Require { get; init; }

    /// <summary>Re-executes; null: no replay.</summary>
    public IReplayer? Replayer { get; init; }
}
