using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Receipts;

/// <summary>
/// Somebody's signed word that a proof key, with its root, was computed from a model's weights (spec/proofs.md, "Registration
/// statement"). Reading one checks its form only; whether it counts is the verifier's question.
/// </summary>
public sealed class ProofRegistration
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1024;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.ProofRegistration);

    private readonly CoseSign1 _cose;

    private ProofRegistration(CoseSign1 cose, ReadOnlyMemory<byte> bytes)
    {
        _cose = cose;
        Bytes = bytes;
        Digest = Digest32.Sha256(bytes.Span);
    }

    /// <summary>The message's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>.</summary>
    public Digest32 Digest { get; }

    /// <summary>The model.</summary>
    public required ModelId Model { get; init; }

    /// <summary>The proof key's digest (spec/proof-system.md, section 3).</summary>
    public required Digest32 Key { get; init; }

    /// <summary>Unix milliseconds by the issuer's clock.</summary>
    public required long At { get; init; }

    /// <summary>The issuer's key.</summary>
    public required P256PublicKey Issuer { get; init; }

    /// <summary>Makes a registration.</summary>
    /// <exception cref="ArgumentException">The time doesn't fit the rules.</exception>
    public static ProofRegistration Create(in ModelId model, in Digest32 key, DateTimeOffset at, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        CborWriter payload = new(256);
        payload.WriteMapHeader(5);
        payload.WriteUInt(1);
        payload.WriteText(DomainTags.ProofRegistration);
        payload.WriteUInt(2);
        payload.WriteBytes(model.Value.Bytes);
        payload.WriteUInt(3);
        payload.WriteBytes(key.Bytes);
        payload.WriteUInt(4);
        payload.WriteBytes(time);
        payload.WriteUInt(5);
        payload.WriteBytes(signer.PublicKey.ToArray());
        return TryDecode(CoseSign1.Sign(payload.Written, signer).Encode(), out string? error)
            ?? throw new ArgumentException($"The values don't fit spec/proofs.md ({error}).", nameof(at));
    }

    /// <summary>Reads a registration; keeps <paramref name="bytes"/>. Errors: <see cref="ReceiptErrors.RegistrationLayout"/>, <c>cbor/…</c>, <c>cose/…</c>.</summary>
    public static ProofRegistration? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        error = ReceiptErrors.RegistrationLayout;
        if (bytes.Length > MaxLength || CoseSign1.TryDecode(bytes.Span, out error) is not { } cose)
        {
            return null;
        }

        CborReader reader = new(cose.Payload);
        SignedMap.Begin(ref reader, 5, Profile, ReceiptErrors.RegistrationLayout);
        reader.MapKey(2);
        Digest32 model = reader.ReadDigest();
        reader.MapKey(3);
        Digest32 key = reader.ReadDigest();
        reader.MapKey(4);
        ReadOnlySpan<byte> time = reader.ReadBytes(8);
        reader.MapKey(5);
        ReadOnlySpan<byte> issuerBytes = reader.ReadBytes(P256PublicKey.Size);
        reader.End();
        if (reader.Error is null
            && BinaryPrimitives.ReadUInt64BigEndian(time) <= ReceiptStatement.MaxUnixMilliseconds
            && P256PublicKey.TryFrom(issuerBytes, out P256PublicKey issuer))
        {
            error = null;
            return new ProofRegistration(cose, bytes)
            {
                Model = new ModelId(model),
                Key = key,
                At = BinaryPrimitives.ReadInt64BigEndian(time),
                Issuer = issuer,
            };
        }

        error = reader.Error ?? ReceiptErrors.RegistrationLayout;
        return null;
    }

    /// <summary>Null if its issuer signed it, else a code (<c>cose/…</c>).</summary>
    public string? Verify() => _cose.Verify(Issuer);
}
