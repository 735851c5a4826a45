using Assay.Primitives;
using Assay.Verification;

namespace Assay.Client;

/// <summary>What a node must show before it's sent anything.</summary>
public sealed record ConfidentialOptions
{
    /// <summary>The caller's own policies, and what it has heard from vendors.</summary>
    public required AttestationTrust Attestation { get; init; }

    /// <summary>Whose signed policies and words about platforms count; null: nobody's.</summary>
    public TrustFile? Trust { get; init; }

    /// <summary>Digest of the key set that the node must have; null: any that the evidence binds. The receipt is held against the trust file in any case.</summary>
    public Digest32? Node { get; init; }

    /// <summary>How long a key is used before the node is asked for fresh evidence.</summary>
    public TimeSpan KeyLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest answer, in bytes.</summary>
    public int MaximumAnswerBytes { get; init; } = 64 << 20;
}
