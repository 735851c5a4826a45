using System.Text;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>A peer's commitment beside what the node gave: both digests, under one salt (spec/endorsements.md, "Evidence of a replay").</summary>
/// <param name="Commitment">What the peer committed to.</param>
/// <param name="NodeOutputs"><see cref="TensorDigest"/> of the node's outputs.</param>
public sealed record ReplayEvidence(ReplayCommitment Commitment, Digest32 NodeOutputs)
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 2048;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.ReplayEvidence);

    /// <summary>What the two digests come to.</summary>
    public EndorsementFinding Finding => Commitment.Outputs == NodeOutputs ? EndorsementFinding.Established : EndorsementFinding.Refuted;

    /// <summary>The evidence's CBOR.</summary>
    public byte[] Encode()
    {
        CborWriter writer = new(512);
        writer.WriteMapHeader(3);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.ReplayEvidence);
        writer.WriteUInt(2);
        writer.WriteBytes(Commitment.Bytes.Span);
        writer.WriteUInt(3);
        writer.WriteBytes(NodeOutputs.Bytes);
        return writer.ToArray();
    }

    /// <summary>Reads evidence; keeps views of <paramref name="bytes"/>. Errors: <see cref="ReceiptErrors.EvidenceLayout"/>, <c>cbor/…</c>, <c>cose/…</c>.</summary>
    public static ReplayEvidence? TryDecode(ReadOnlyMemory<byte> bytes, out string? error)
    {
        CborReader reader = new(bytes.Span);
        if (bytes.Length > MaxLength)
        {
            reader.Fail(ReceiptErrors.EvidenceLayout);
        }

        reader.ReadMapHeader(3);
        reader.MapKey(1);
        if (!reader.ReadTextUtf8().SequenceEqual(Profile))
        {
            reader.Fail(ReceiptErrors.EvidenceLayout);
        }

        reader.MapKey(2);
        ReadOnlyMemory<byte> commitmentBytes = reader.ReadBytesOf(bytes);
        reader.MapKey(3);
        Digest32 nodeOutputs = reader.ReadDigest();
        reader.End();
        error = reader.Error;
        return error is null && ReplayCommitment.TryDecode(commitmentBytes, out error) is { } commitment ? new ReplayEvidence(commitment, nodeOutputs) : null;
    }
}
