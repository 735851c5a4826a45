using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Attestation;

/// <summary>
/// Somebody's signed word that a platform stands in somebody else's hands than the operator's (spec/attestation.md, "Platform
/// endorsement"). Reading one checks its form only; <see cref="Verify"/> checks the signature; whether the issuer is believed is the
/// trust file's question.
/// </summary>
public sealed record PlatformEndorsement
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1024;

    /// <summary>Most characters of <see cref="Host"/>.</summary>
    public const int MaxHostLength = 200;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.PlatformEndorsement);

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

    /// <summary>Makes one.</summary>
    /// <exception cref="ArgumentException">A value is out of its bounds.</exception>
    public static PlatformEndorsement Create(Digest32 platform, string host, DateTimeOffset notBefore, DateTimeOffset notAfter, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(signer);
        Span<byte> from = stackalloc byte[8];
        Span<byte> to = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(from, notBefore.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(to, notAfter.ToUnixTimeMilliseconds());
        CborWriter payload = new(512);
        payload.WriteMapHeader(6);
        payload.WriteUInt(1);
        payload.WriteText(DomainTags.PlatformEndorsement);
        payload.WriteUInt(2);
        payload.WriteBytes(platform.Bytes);
        payload.WriteUInt(3);
        payload.WriteText(host);
        payload.WriteUInt(4);
        payload.WriteBytes(from);
        payload.WriteUInt(5);
        payload.WriteBytes(to);
        payload.WriteUInt(6);
        payload.WriteBytes(signer.PublicKey.ToArray());
        return TryDecode(CoseSign1.Sign(payload.Written, signer).Encode(), out string? error) ?? throw new ArgumentException($"No platform endorsement has these values ({error}).");
    }

    /// <summary>Reads one; keeps <paramref name="bytes"/>. Errors: <see cref="AttestationErrors.PlatformEndorsement"/>, <c>cbor/…</c>, <c>cose/…</c>.</summary>
    public static PlatformEndorsement? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        error = AttestationErrors.PlatformEndorsement;
        if (bytes.Length > MaxLength || CoseSign1.TryDecode(bytes.Span, out error) is not { } cose)
        {
            return null;
        }

        CborReader reader = new(cose.Payload);
        reader.ReadMapHeader(6);
        reader.MapKey(1);
        if (!reader.ReadTextUtf8().SequenceEqual(Profile))
        {
            reader.Fail(AttestationErrors.PlatformEndorsement);
        }

        reader.MapKey(2);
        Digest32 platform = reader.ReadDigest();
        reader.MapKey(3);
        string host = reader.ReadText();
        reader.MapKey(4);
        ReadOnlySpan<byte> from = reader.ReadBytes(8);
        reader.MapKey(5);
        ReadOnlySpan<byte> to = reader.ReadBytes(8);
        reader.MapKey(6);
        ReadOnlySpan<byte> key = reader.ReadBytes(P256PublicKey.Size);
        reader.End();
        if (reader.Error is null && host.Length is >= 1 and <= MaxHostLength && !host.AsSpan().ContainsAnyExceptInRange(' ', '~')
            && BinaryPrimitives.ReadUInt64BigEndian(to) is var notAfter && notAfter <= AttestationTime.MaxUnixMilliseconds
            && BinaryPrimitives.ReadUInt64BigEndian(from) < notAfter && P256PublicKey.TryFrom(key, out P256PublicKey issuer))
        {
            error = null;
            return new PlatformEndorsement
            {
                Platform = platform,
                Host = host,
                NotBefore = BinaryPrimitives.ReadInt64BigEndian(from),
                NotAfter = (long)notAfter,
                Issuer = issuer,
                Bytes = bytes,
            };
        }

        error = reader.Error ?? AttestationErrors.PlatformEndorsement;
        return null;
    }

    /// <summary>Null if its issuer signed these very values, else a code (<c>cose/…</c>, or that of a message that isn't one).</summary>
    public string? Verify() =>
        TryDecode(Bytes, out string? error) is not { } signed ? error
        : signed with { Bytes = Bytes } != this ? AttestationErrors.PlatformEndorsement
        : CoseSign1.TryDecode(Bytes.Span, out error)?.Verify(Issuer) ?? error;

    /// <summary>Whether it says something about a platform at a time. One that hides its identity can't be endorsed.</summary>
    public bool IsAbout(PlatformIdentity platform, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(platform);
        long time = at.ToUnixTimeMilliseconds();
        return !platform.Value.IsEmpty && platform.Digest == Platform && time >= NotBefore && time < NotAfter;
    }
}
