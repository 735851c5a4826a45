using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;

namespace Assay.Chat;

/// <summary>What a stream's progress receipts say of the request (spec/chat.md, "Progress receipt").</summary>
public static class StreamHead
{
    /// <summary>Bytes of the salt, which the first comment of the stream carries.</summary>
    public const int SaltLength = 16;

    /// <summary>Events between two progress receipts.</summary>
    public const int EventsBetween = 64;

    /// <summary>The claims root of a progress receipt.</summary>
    public static Digest32 ClaimsRoot(ReadOnlySpan<byte> salt, string protocol, string model, in Digest32 body)
    {
        CborWriter writer = new(256);
        writer.WriteArrayHeader(5);
        writer.WriteText("assay/stream/v1");
        writer.WriteBytes(salt);
        writer.WriteText(protocol);
        writer.WriteText(model);
        writer.WriteBytes(body.Bytes);
        return MerkleTree.LeafHash(writer.Written);
    }
}
