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

    /// <summary>The policy that must be met, together with <see cref="Require"/> if both are given.</summary>
    public PolicyDocument? Policy { get; init; }

    /// <summary>The policy that was sent with the request: a receipt that was signed for another one is refused.</summary>
    public PolicyDocument? AskedPolicy { get; init; }

    /// <summary>Re-executes; null: no replay.</summary>
    public IReplayer? Replayer { get; init; }

    /// <summary>Asks language models again; null: chats aren't replayed.</summary>
    public IChatReplayer? ChatReplayer { get; init; }

    /// <summary>What is demanded of attested hardware, and what was heard from its vendors; issuers of policies are the trust file's.</summary>
    public AttestationTrust Attestation { get; init; } = AttestationTrust.None;

    /// <summary>Computes a proof key's root again; null: publishers of the trust file are believed only.</summary>
    public IModelWeights? Weights { get; init; }
}
