using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Attestation;

/// <summary>
/// What evidence is made to say about the software that asked for it (spec/attestation.md, "Binding"): which keys it made inside, for
/// what, in which node, of which build, and for whose nonce. The evidence carries <see cref="Digest"/>, all 64 bytes of it.
/// </summary>
public sealed class TeeBinding
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 4096;

    /// <summary>Most bytes of a nonce.</summary>
    public const int MaxNonceLength = 64;

    /// <summary>Most bytes of a confidential-request key configuration.</summary>
    public const int MaxKeyConfigLength = 1024;

    /// <summary>Most bytes of a build's name.</summary>
    public const int MaxBuildLength = 200;

    /// <summary>Least and most bytes of a nonce that somebody chose.</summary>
    public const int MinNonceLength = 16;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.TeeBinding);

    private TeeBinding(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        Digest = SHA512.HashData(bytes.Span);
    }

    /// <summary>The binding's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-512 of the bytes: report data of SNP, TDX and SGX, user data of Nitro and of Azure.</summary>
    public ReadOnlyMemory<byte> Digest { get; }

    /// <summary>16 to 64 bytes: the asker's, or random where nobody asked.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }

    /// <summary>The key, made inside, that endorses receipts.</summary>
    public required P256PublicKey Key { get; init; }

    /// <summary>The key configuration (RFC 9458, section 3) for confidential requests, made inside; empty if there is none.</summary>
    public required ReadOnlyMemory<byte> KeyConfig { get; init; }

    /// <summary>Digest of the node's key set.</summary>
    public required Digest32 Node { get; init; }

    /// <summary>What the software calls itself. Its measurement says what it is.</summary>
    public required string Build { get; init; }

    /// <summary>Unix milliseconds by the clock inside, when the evidence was asked for.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>Makes a binding.</summary>
    /// <exception cref="ArgumentException">A value is out of its bounds.</exception>
    public static TeeBinding Create(ReadOnlySpan<byte> nonce, P256PublicKey key, ReadOnlySpan<byte> keyConfig, Digest32 node, string build, DateTimeOffset issuedAt)
    {
        CborWriter writer = new(512);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, issuedAt.ToUnixTimeMilliseconds());
        writer.WriteMapHeader(8);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.TeeBinding);
        writer.WriteUInt(2);
        writer.WriteBytes(nonce);
        writer.WriteUInt(3);
        writer.WriteText(Purpose);
        writer.WriteUInt(4);
        writer.WriteBytes(key.ToArray());
        writer.WriteUInt(5);
        writer.WriteBytes(keyConfig);
        writer.WriteUInt(6);
        writer.WriteBytes(node.Bytes);
        writer.WriteUInt(7);
        writer.WriteText(build);
        writer.WriteUInt(8);
        writer.WriteBytes(time);
        return TryDecode(writer.ToArray(), out string? error) ?? throw new ArgumentException($"No binding has these values ({error}).");
    }

    /// <summary>The only purpose in this version, key 3.</summary>
    public const string Purpose = "endorse-receipts";

    /// <summary>Reads one. Errors: <c>binding/…</c> of <see cref="AttestationErrors"/>, <c>cbor/…</c>.</summary>
    public static TeeBinding? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        reader.ReadMapHeader(8);
        reader.MapKey(1);
        ReadOnlySpan<byte> profile = reader.ReadTextUtf8();
        reader.MapKey(2);
        ReadOnlySpan<byte> nonce = reader.ReadBytes();
        reader.MapKey(3);
        string purpose = reader.ReadText();
        reader.MapKey(4);
        ReadOnlySpan<byte> key = reader.ReadBytes(P256PublicKey.Size);
        reader.MapKey(5);
        ReadOnlySpan<byte> keyConfig = reader.ReadBytes();
        reader.MapKey(6);
        Digest32 node = reader.ReadDigest();
        reader.MapKey(7);
        string build = reader.ReadText();
        reader.MapKey(8);
        ReadOnlySpan<byte> time = reader.ReadBytes(8);
        reader.End();
        error = reader.Error;
        if (error is not null)
        {
            return null;
        }

        ulong issuedAt = BinaryPrimitives.ReadUInt64BigEndian(time);
        P256PublicKey endorsing = default;
        error = !profile.SequenceEqual(Profile) ? AttestationErrors.BindingProfile
            : purpose != Purpose ? AttestationErrors.BindingPurpose
            : nonce.Length is < MinNonceLength or > MaxNonceLength || keyConfig.Length > MaxKeyConfigLength || bytes.Length > MaxLength
                || build.Length is 0 or > MaxBuildLength || build.AsSpan().ContainsAnyExceptInRange(' ', '~') || issuedAt > MaxUnixMilliseconds ? AttestationErrors.BindingValue
            : !P256PublicKey.TryFrom(key, out endorsing) ? AttestationErrors.BindingKey
            : null;
        return error is not null
            ? null
            : new TeeBinding(bytes)
            {
                Nonce = nonce.ToArray(),
                Key = endorsing,
                KeyConfig = keyConfig.ToArray(),
                Node = node,
                Build = build,
                IssuedAt = (long)issuedAt,
            };
    }

    private const ulong MaxUnixMilliseconds = 253402300799999;
}
