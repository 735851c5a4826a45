using Assay.Primitives;

namespace Assay.Attestation;

/// <summary>What OpenGradient's rule is held against. What is left out makes its step not evaluated.</summary>
public sealed record OpenGradientInput
{
    /// <summary>The enclave's Nitro document, as COSE_Sign1 (not in base64).</summary>
    public required ReadOnlyMemory<byte> Document { get; init; }

    /// <summary>The signing key: SubjectPublicKeyInfo, DER.</summary>
    public required ReadOnlyMemory<byte> SigningKey { get; init; }

    /// <summary>The certificate that the enclave answered TLS with, DER; null if it isn't at hand.</summary>
    public ReadOnlyMemory<byte>? TlsCertificate { get; init; }

    /// <summary>Hashes of approved builds (<see cref="OpenGradientHashes.OfRegisters"/>); null if there is no list. An empty list approves none.</summary>
    public IReadOnlyCollection<Digest32>? ApprovedBuilds { get; init; }

    /// <summary>A response; null to look at the enclave alone.</summary>
    public OpenGradientResponse? Response { get; init; }

    /// <summary>The request's canonical text (<see cref="OpenGradientRequest.TryCanonical"/>); null if it isn't at hand.</summary>
    public string? CanonicalRequest { get; init; }

    /// <summary>When the enclave was registered: the document must be young then, and its certificates in force.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>When the response is looked at.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>AWS's root.</summary>
    public TrustAnchors Anchors { get; init; } = TrustAnchors.BuiltIn;
}
