using System.Buffers.Binary;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>What the node signs: the head of the tree over a batch of statements (spec/receipt.md, "Envelope"). 97 bytes, always.</summary>
/// <param name="KeySet">SHA-256 of the bytes of the node's key set.</param>
/// <param name="Size">Number of statements, at least 1.</param>
/// <param name="Root">Root of the tree whose leaves are the statements.</param>
public sealed record BatchHead(Digest32 KeySet, ulong Size, Digest32 Root)
{
    /// <summary>Bytes of every encoded head.</summary>
    public const int Length = 97;

    /// <summary>The 97 bytes.</summary>
    public byte[] Encode()
    {
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(size, Size);
        CborWriter writer = new();
        writer.WriteMapHeader(4);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.Batch);
        writer.WriteUInt(2);
        writer.WriteBytes(KeySet.Bytes);
        writer.WriteUInt(3);
        writer.WriteBytes(size);
        writer.WriteUInt(4);
        writer.WriteBytes(Root.Bytes);
        return writer.ToArray();
    }

    /// <summary>Reads a head. Error: <see cref="ReceiptErrors.HeadLayout"/>, whatever is wrong.</summary>
    public static BatchHead? TryDecode(ReadOnlySpan<byte> bytes, out string? error)
    {
        error = ReceiptErrors.HeadLayout;
        if (bytes.Length != Length)
        {
            return null;
        }

        // Every value has a constant offset, so a head is right exactly if it encodes to the same bytes.
        BatchHead head = new(
            Digest32.From(bytes.Slice(20, 32)),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[54..]),
            Digest32.From(bytes.Slice(65, 32)));
        if (head.Size == 0 || !bytes.SequenceEqual(head.Encode()))
        {
            return null;
        }

        error = null;
        return head;
    }
}
