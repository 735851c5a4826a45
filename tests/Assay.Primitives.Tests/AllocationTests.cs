using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;

namespace Assay.Primitives.Tests;

/// <summary>What runs for every leaf, node and field must not feed the garbage collector.</summary>
public sealed class AllocationTests
{
    private static readonly byte[] Data = new byte[1000];
    private static readonly Digest32 Digest = Digest32.Sha256(Data);
    private static readonly Digest32[] Path = [.. Enumerable.Repeat(Digest, 20)];

    [Fact]
    public void Leaf_hash_allocates_nothing() => AssertNone(() => MerkleTree.LeafHash(Data));

    [Fact]
    public void Node_hash_allocates_nothing() => AssertNone(() => MerkleTree.NodeHash(Digest, Digest));

    [Fact]
    public void Root_allocates_nothing() => AssertNone(() => MerkleTree.Root(Path));

    [Fact]
    public void Inclusion_check_allocates_nothing() =>
        AssertNone(() => MerkleVerifier.Inclusion(Digest, 77, 1 << 20, Path, Digest));

    [Fact]
    public void Consistency_check_allocates_nothing() =>
        AssertNone(() => MerkleVerifier.Consistency(1 << 10, (1 << 20) + 1, Digest, Digest, Path.AsSpan(0, 11)));

    [Fact]
    public void Reused_writer_and_reader_allocate_nothing()
    {
        CborWriter writer = new(16);
        AssertNone(() =>
        {
            writer.Reset();
            writer.WriteMapHeader(3);
            writer.WriteUInt(1);
            writer.WriteText("assay/receipt/v1");
            writer.WriteUInt(2);
            writer.WriteBytes(Data);
            writer.WriteUInt(3);
            writer.WriteArrayHeader(3);
            writer.WriteInt(long.MinValue);
            writer.WriteNull();
            writer.WriteBool(true);

            CborReader reader = new(writer.Written);
            reader.ReadMapHeader(3);
            reader.MapKey(1);
            reader.ReadTextUtf8();
            reader.MapKey(2);
            reader.ReadBytes(1000);
            reader.TryMapKey(3);
            reader.ReadRawItem();
            reader.End();
            if (reader.Error is not null)
            {
                throw new InvalidOperationException(reader.Error);
            }
        });
    }

    private static void AssertNone(Action action)
    {
        for (int i = 0; i < 5; i++)
        {
            action();
        }

        // A collection in a window counts the unused rest of the thread's allocation buffer: too high, never too low.
        long least = long.MaxValue;
        for (int window = 0; window < 5 && least != 0; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
