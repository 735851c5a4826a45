using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;

namespace Assay.Receipts;

/// <summary>A leaf of a salted tree as a bundle holds it. The default value's state is redacted.</summary>
internal readonly struct Leaf
{
    public LeafState State { get; init; }

    /// <summary>The leaf hash, if redacted.</summary>
    public Digest32 Hash { get; init; }

    /// <summary>The leaf's CBOR array, unless redacted.</summary>
    public ReadOnlyMemory<byte> Encoded { get; init; }

    /// <summary>The part of <see cref="Encoded"/> that is the value, in claims.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    public Digest32 LeafHash() => State == LeafState.Redacted ? Hash : MerkleTree.LeafHash(Encoded.Span);

    public void Write(CborWriter writer)
    {
        if (State == LeafState.Redacted)
        {
            writer.WriteBytes(Hash.Bytes);
        }
        else
        {
            writer.WriteRaw(Encoded.Span);
        }
    }

    /// <summary>Reads a redacted leaf's hash.</summary>
    public static Digest32 ReadRedacted(ref CborReader reader)
    {
        if (!Digest32.TryFrom(reader.ReadBytes(), out Digest32 hash))
        {
            reader.Fail(ReceiptErrors.RedactedLength);
        }

        return hash;
    }
}
