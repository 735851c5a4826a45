using Assay.Chat;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Which receipt a verdict is about. It says what stands in the bundle; whether that is true, the verdict says.</summary>
public sealed record ReceiptFacts
{
    public required ReceiptId Id { get; init; }

    public required Digest32 Digest { get; init; }

    /// <summary>By the node's clock.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>The earliest time by which a quorum of the trust file's witnesses had seen it in the log; null if none has.</summary>
    public required DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>What the checkpoint has of each witness in the trust file, in the file's order; empty if no quorum is demanded.</summary>
    public required IReadOnlyList<WitnessFact> Witnesses { get; init; }

    public required ulong Counter { get; init; }

    public required ReceiptPhase Phase { get; init; }

    /// <summary>The level asked for, or implied by the policy asked for; null if the policy is unknown to this version.</summary>
    public required VerificationLevel? RequestedLevel { get; init; }

    /// <summary>The policy asked for; null if it is unknown to this version.</summary>
    public required PolicyDocument? RequestedPolicy { get; init; }

    public required LevelSource LevelSource { get; init; }

    /// <summary>The model's name as called, if disclosed.</summary>
    public required string? ModelName { get; init; }

    /// <summary>The model's id, if disclosed.</summary>
    public required ModelId? ModelId { get; init; }

    /// <summary>What an upstream said of itself, as the node heard it; null if none answered, or that isn't shown.</summary>
    public UpstreamWord? Upstream { get; init; }

    /// <summary>What the node says that it did to the request; null if it did nothing, or that isn't shown.</summary>
    public IReadOnlyList<string>? Mutations { get; init; }

    /// <summary>The node's origin.</summary>
    public required string Node { get; init; }

    /// <summary>The node's fingerprint.</summary>
    public required Digest32 KeySet { get; init; }

    /// <summary>The lines of a trust file that would trust this node and its log.</summary>
    public required string TrustLines { get; init; }

    /// <summary>Place in the log, if there is a log proof.</summary>
    public required ulong? LogIndex { get; init; }

    /// <summary>What others said about the receipt later, and what that is worth; in the bundle's order.</summary>
    public required IReadOnlyList<EndorsementFact> Endorsements { get; init; }

    /// <summary>The proof that goes with it, and what it is worth; null if there is none.</summary>
    public required ProofFact? Proof { get; init; }

    /// <summary>The endorsement by attested hardware that is worth most here, with its appraisal; null if none was appraised.</summary>
    public required EndorsementFact? Hardware { get; init; }

    /// <summary>The payment that it shows, and what is known of it; null if it shows none.</summary>
    public required PaymentFact? Payment { get; init; }

    /// <summary>Size of the log in the checkpoint, if there is one that can be read.</summary>
    public required ulong? LogSize { get; init; }
}
