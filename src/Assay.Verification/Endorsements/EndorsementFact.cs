using System.Collections.Immutable;
using Assay.Attestation;
using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>An endorsement, and what the verifier makes of it.</summary>
/// <param name="Peer">The thumbprint of its issuer's key.</param>
/// <param name="Name">The issuer's name in the trust file, if it has one.</param>
/// <param name="Questions">What it is about.</param>
/// <param name="By">On what it rests.</param>
/// <param name="Finding">What it says.</param>
/// <param name="Status">What that is worth here.</param>
/// <param name="At">When, by the issuer's clock.</param>
/// <param name="LogIndex">Its place in the node's log, by a proof that holds; null without one.</param>
public sealed record EndorsementFact(
    Digest32 Peer, string? Name, ImmutableArray<Question> Questions, Basis By, EndorsementFinding Finding, EndorsementStatus Status, DateTimeOffset At, ulong? LogIndex)
{
    /// <summary>What the hardware's evidence says it is; null unless by tee, and if that can't be read.</summary>
    public EvidenceType? EvidenceType { get; init; }

    /// <summary>The appraisal of its evidence; null unless by tee, and if it wasn't made.</summary>
    public Appraisal? Appraisal { get; init; }

    /// <summary>Whether it is said to rest on attested hardware.</summary>
    public bool IsByTee => By == Basis.Tee && Finding != EndorsementFinding.Expired;

    /// <summary>Whether it is said to rest on the settlement of a payment.</summary>
    public bool IsBySettlement => By == Basis.Settlement && Finding != EndorsementFinding.Expired;

    /// <summary>Whether it counts, and says that a replay gave the same.</summary>
    public bool Establishes => Status == EndorsementStatus.Counts && Finding == EndorsementFinding.Established && By == Basis.Replay;

    /// <summary>Whether it counts, by attested hardware.</summary>
    public bool Attests => Status == EndorsementStatus.Counts && IsByTee;

    /// <summary>Whether it counts, and says that it isn't so.</summary>
    public bool Refutes => Status == EndorsementStatus.Counts && Finding == EndorsementFinding.Refuted;

    /// <summary>The issuer as people may see it.</summary>
    internal string Shown => Name is { } name ? Verification.Shown.Name(name) : By == Basis.Settlement && Status == EndorsementStatus.Counts ? "the node"
        : $"{By switch { Basis.Tee => "attested key", Basis.Settlement => "settler", _ => "peer" }} {Peer.ToString()[..16]}";
}
