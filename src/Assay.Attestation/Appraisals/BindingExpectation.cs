using Assay.Primitives;
using Assay.Primitives.Cose;

namespace Assay.Attestation;

/// <summary>What a binding must be about. What is null isn't asked.</summary>
public sealed record BindingExpectation
{
    /// <summary>Nothing in particular: the binding must only be the evidence's.</summary>
    public static BindingExpectation Any { get; } = new();

    /// <summary>The key that endorsed.</summary>
    public P256PublicKey? Key { get; init; }

    /// <summary>Digest of the node's key set.</summary>
    public Digest32? Node { get; init; }

    /// <summary>The nonce that the asker chose. With one, the evidence's age isn't asked.</summary>
    public ReadOnlyMemory<byte>? Nonce { get; init; }

    /// <summary>The key configuration for confidential requests that the asker would encrypt to.</summary>
    public ReadOnlyMemory<byte>? KeyConfig { get; init; }
}
