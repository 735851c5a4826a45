using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Log.Tests;

public sealed class TiledLogTests
{
    [Fact]
    public async Task Create_Always_HasTheFirstEntryUnderACheckpoint()
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        LogProof proof = log.GetProof(0)!;
        Assert.Equal(1UL, log.Size);
        Assert.Equal(1UL, proof.Checkpoint.Size);
        Assert.Equal(TestLog.FirstEntry, proof.Entry);
        Assert.Equal(MerkleTree.LeafHash(TestLog.FirstEntry), proof.Checkpoint.Root);
        Assert.Equal(proof.Checkpoint.Note.ToArray(), File.ReadAllBytes(test.PathOf("public/checkpoint")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(513)]
    [InlineData(66_000)]
    public async Task Proofs_AnySize_AreThoseOfTheTreeInMemory(int size)
    {
        using TestLog test = new();
        await using TiledLog log = test.Create();
        TestLog.Append(log, size - 1, 1000);
        await log.IntegrateAsync();

        Digest32[] leaves = [.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash(i == 0 ? TestLog.FirstEntry : TestLog.Entry((ulong)i)))];
        LogCheckpoint checkpoint = log.Checkpoint;
        Assert.Equal((ulong)size, checkpoint.Size);
        Assert.Equal(MerkleTree.Root(leaves), checkpoint.Root);
        foreach (int index in Sample(size))
        {
            LogProof proof = log.GetProof((ulong)index)!;
            Assert.Equal(CheckResult.Pass, MerkleVerifier.Inclusion(
                MerkleTree.LeafHash(proof.Entry), proof.Index, checkpoint.Size, [.. proof.Path], checkpoint.Root));
            Digest32[] consistency = [.. log.GetConsistencyProof((ulong)index, checkpoint.Size)!];
            Assert.Equal(CheckResult.Pass, MerkleVerifier.Consistency(
                (ulong)index, checkpoint.Size, MerkleTree.Root(leaves.AsSpan(0, index)), checkpoint.Root, consistency));
        }
    }

    private static IEnumerable<int> Sample(int size) =>
        size <= 600 ? Enumerable.Range(0, size) : [0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, size - 1];
}
