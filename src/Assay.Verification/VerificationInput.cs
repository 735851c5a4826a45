using Assay.Payments;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>Everything that a verdict depends on. Nothing else is looked at: no file, no network, no clock.</summary>
public sealed record VerificationInput
{
    /// <summary>The bytes of a bundle (<c>*.receipt</c>). Must not change while the verdict is in use.</summary>
    public required ReadOnlyMemory<byte> Bundle { get; init; }

    /// <summary>The verifier's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether <see cref="Now"/> is a time of the caller's choice and not a clock's: the verdict says so.</summary>
    public bool NowIsGiven { get; init; }

    /// <summary>Whom to trust; null if the caller has no trust file.</summary>
    public TrustFile? Trust { get; init; }

    /// <summary>Without a trust file: take the bundle's own keys as the node's, and say so. With one it means nothing.</summary>
    public bool FirstUse { get; init; }

    /// <summary>The level to require; null for the one that the receipt says was asked for.</summary>
    public VerificationLevel? Require { get; init; }

    /// <summary>The policy to require; with <see cref="Require"/>, both must hold. Null for what <see cref="Require"/> says, or the receipt.</summary>
    public PolicyDocument? Policy { get; init; }

    /// <summary>The policy that the caller sent with its request: a receipt that was signed for another one is refused. Null if it doesn't say.</summary>
    public PolicyDocument? AskedPolicy { get; init; }

    /// <summary>The model that the caller called, by name or by id in hexadecimal digits; null if it doesn't say. A request's bytes don't hold it.</summary>
    public string? CalledModel { get; init; }

    /// <summary>The request body as the caller has it; null to use the bundle's attachment, if any.</summary>
    public ReadOnlyMemory<byte>? RequestBytes { get; init; }

    /// <summary>The response body as the caller has it; null to use the bundle's attachment, if any.</summary>
    public ReadOnlyMemory<byte>? ResponseBytes { get; init; }

    /// <summary>Runs the model again; null for no replay.</summary>
    public IReplayer? Replayer { get; init; }

    /// <summary>Asks language models again; null: chats aren't replayed.</summary>
    public IChatReplayer? ChatReplayer { get; init; }

    /// <summary>Weights by which a proof key's root can be computed again; null to believe publishers only.</summary>
    public IModelWeights? Weights { get; init; }

    /// <summary>What the caller demands of attested hardware, and has heard from its vendors.</summary>
    public AttestationTrust Attestation { get; init; } = AttestationTrust.None;

    /// <summary>What somebody says of chains, by which payments are looked up; null: nothing is known of any chain.</summary>
    public ChainFacts? Chain { get; init; }

    /// <summary>How many blocks a chain must have from a settlement's on, that one counted, until it counts; at least 1.</summary>
    public ulong Confirmations { get; init; } = 1;

    /// <summary>Optional, for callers that verify many receipts.</summary>
    public SignatureCache? Signatures { get; init; }
}
