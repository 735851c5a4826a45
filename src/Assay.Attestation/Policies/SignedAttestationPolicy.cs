using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Attestation;

/// <summary>
/// A policy with its issuer's signature (spec/attestation.md, "Policy"). Reading one checks its form only; whether it counts is
/// <see cref="PolicySelection"/>'s question.
/// </summary>
public sealed class SignedAttestationPolicy
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = AttestationPolicy.MaxLength + 512;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.SignedAttestationPolicy);

    private readonly CoseSign1 _cose;

    private SignedAttestationPolicy(CoseSign1 cose, ReadOnlyMemory<byte> bytes)
    {
        _cose = cose;
        Bytes = bytes;
    }

    /// <summary>The message's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The policy.</summary>
    public required AttestationPolicy Policy { get; init; }

    /// <summary>Unix milliseconds by the issuer's clock.</summary>
    public required long SignedAt { get; init; }

    /// <summary>The issuer's key.</summary>
    public required P256PublicKey Issuer { get; init; }

    /// <summary>Signs a policy.</summary>
    public static SignedAttestationPolicy Create(AttestationPolicy policy, DateTimeOffset at, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(signer);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        CborWriter payload = new(policy.Text.Length + 256);
        payload.WriteMapHeader(4);
        payload.WriteUInt(1);
        payload.WriteText(DomainTags.SignedAttestationPolicy);
        payload.WriteUInt(2);
        payload.WriteText(policy.Text);
        payload.WriteUInt(3);
        payload.WriteBytes(time);
        payload.WriteUInt(4);
        payload.WriteBytes(signer.PublicKey.ToArray());
        return TryDecode(CoseSign1.Sign(payload.Written, signer).Encode(), out string? error) ?? throw new ArgumentException($"The policy can't be signed ({error}).", nameof(policy));
    }

    /// <summary>Reads one; keeps <paramref name="bytes"/>. Errors: <see cref="AttestationPolicyErrors.SignedLayout"/>, <see cref="AttestationPolicyErrors.SignedText"/>, <c>cbor/…</c>, <c>cose/…</c>.</summary>
    public static SignedAttestationPolicy? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        error = AttestationPolicyErrors.SignedLayout;
        if (bytes.Length > MaxLength || CoseSign1.TryDecode(bytes.Span, out error) is not { } cose)
        {
            return null;
        }

        CborReader reader = new(cose.Payload);
        reader.ReadMapHeader(4);
        reader.MapKey(1);
        if (!reader.ReadTextUtf8().SequenceEqual(Profile))
        {
            reader.Fail(AttestationPolicyErrors.SignedLayout);
        }

        reader.MapKey(2);
        string text = reader.ReadText();
        reader.MapKey(3);
        ReadOnlySpan<byte> time = reader.ReadBytes(8);
        reader.MapKey(4);
        ReadOnlySpan<byte> key = reader.ReadBytes(P256PublicKey.Size);
        reader.End();
        if (reader.Error is not null || BinaryPrimitives.ReadUInt64BigEndian(time) > AttestationTime.MaxUnixMilliseconds || !P256PublicKey.TryFrom(key, out P256PublicKey issuer))
        {
            error = reader.Error ?? AttestationPolicyErrors.SignedLayout;
            return null;
        }

        AttestationPolicy? policy = AttestationPolicy.TryReadCanonical(text);
        error = policy is null ? AttestationPolicyErrors.SignedText : null;
        return policy is null ? null : new SignedAttestationPolicy(cose, bytes) { Policy = policy, SignedAt = BinaryPrimitives.ReadInt64BigEndian(time), Issuer = issuer };
    }

    /// <summary>Null if its issuer signed it, else a code (<c>cose/…</c>).</summary>
    public string? Verify() => _cose.Verify(Issuer);
}
