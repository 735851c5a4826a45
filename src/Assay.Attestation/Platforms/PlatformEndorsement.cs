using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Attestation;

/// <summary>Somebody's signed word that a platform stands in somebody else's hands than the operator's (spec/attestation.md, "Platform endorsement").</summary>
public sealed record PlatformEndorsement
{
    /// <summary>Digest of the <see cref="PlatformIdentity"/>.</summary>
    public required Digest32 Platform { get; init; }

    /// <summary>Who holds the machine, in their own name.</summary>
    public required string Host { get; init; }

    /// <summary>First millisecond (Unix) in which it holds.</summary>
    public required long NotBefore { get; init; }

    /// <summary>First millisecond in which it no longer does.</summary>
    public required long NotAfter { get; init; }

    /// <summary>Who says so.</summary>
    public required P256PublicKey Issuer { get; init; }

    /// <summary>The signed message.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }
}
