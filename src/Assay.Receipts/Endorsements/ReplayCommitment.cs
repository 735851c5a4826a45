using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Cose;

namespace Assay.Receipts;

/// <summary>A peer's signed word on what a program gives for some inputs, before it has seen the node's outputs (spec/endorsements.md).</summary>
public sealed class ReplayCommitment
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 1024;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.ReplayCommitment);

    private readonly CoseSign1 _cose;

    private ReplayCommitment(CoseSign1 cose, ReadOnlyMemory<byte> bytes)
    {
        _cose = cose;
        Bytes = bytes;
    }

    /// <summary>The message's bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The receipt.</summary>
    public required Digest32 Receipt { get; init; }

    /// <summary><see cref="TensorDigest"/> of the id of the program that was run.</summary>
    public required Digest32 Model { get; init; }

    /// <summary><see cref="TensorDigest"/> of the inputs.</summary>
    public required Digest32 Inputs { get; init; }

    /// <summary><see cref="TensorDigest"/> of the peer's outputs; null: the program refuses these inputs.</summary>
    public required Digest32? Outputs { get; init; }

    /// <summary>Unix milliseconds by the peer's clock.</summary>
    public required long At { get; init; }

    /// <summary>Makes a commitment.</summary>
    public static ReplayCommitment Create(in Digest32 receipt, in Digest32 model, in Digest32 inputs, Digest32? outputs, DateTimeOffset at, IEs256Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, at.ToUnixTimeMilliseconds());
        CborWriter payload = new(256);
        payload.WriteMapHeader(6);
        payload.WriteUInt(1);
        payload.WriteText(DomainTags.ReplayCommitment);
        payload.WriteUInt(2);
        payload.WriteBytes(receipt.Bytes);
        payload.WriteUInt(3);
        payload.WriteBytes(model.Bytes);
        payload.WriteUInt(4);
        payload.WriteBytes(inputs.Bytes);
        payload.WriteUInt(5);
        if (outputs is { } digest)
        {
            payload.WriteBytes(digest.Bytes);
        }
        else
        {
            payload.WriteNull();
        }

        payload.WriteUInt(6);
        payload.WriteBytes(time);
        return TryDecode(CoseSign1.Sign(payload.Written, signer).Encode(), out _)
            ?? throw new ArgumentOutOfRangeException(nameof(at), "The time lies between 1970 and 9999.");
    }

    /// <summary>Reads a commitment; keeps <paramref name="bytes"/>. Errors: <see cref="ReceiptErrors.EvidenceLayout"/>, <c>cbor/…</c>, <c>cose/…</c>.</summary>
    public static ReplayCommitment? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        error = ReceiptErrors.EvidenceLayout;
        if (bytes.Length > MaxLength || CoseSign1.TryDecode(bytes.Span, out error) is not { } cose)
        {
            return null;
        }

        CborReader reader = new(cose.Payload);
        reader.ReadMapHeader(6);
        reader.MapKey(1);
        ReadOnlySpan<byte> profile = reader.ReadTextUtf8();
        reader.MapKey(2);
        Digest32 receipt = reader.ReadDigest();
        reader.MapKey(3);
        Digest32 model = reader.ReadDigest();
        reader.MapKey(4);
        Digest32 inputs = reader.ReadDigest();
        reader.MapKey(5);
        Digest32? outputs = Endorsement.ReadNullableDigest(ref reader);
        reader.MapKey(6);
        ReadOnlySpan<byte> time = reader.ReadBytes(8);
        reader.End();
        if (reader.Error is not null || !profile.SequenceEqual(Profile) || BinaryPrimitives.ReadUInt64BigEndian(time) > ReceiptStatement.MaxUnixMilliseconds)
        {
            error = reader.Error ?? ReceiptErrors.EvidenceLayout;
            return null;
        }

        error = null;
        return new ReplayCommitment(cose, bytes)
        {
            Receipt = receipt,
            Model = model,
            Inputs = inputs,
            Outputs = outputs,
            At = BinaryPrimitives.ReadInt64BigEndian(time),
        };
    }

    /// <summary>Null if this key signed it, else a code (<c>cose/…</c>).</summary>
    public string? Verify(P256PublicKey key) => _cose.Verify(key);
}
