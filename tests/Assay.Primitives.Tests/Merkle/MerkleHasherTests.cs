using Assay.Primitives.Merkle;

namespace Assay.Primitives.Tests.Merkle;

public sealed class MerkleHasherTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Leaf_EveryLengthAndPlace_IsTheFrameworksHash(bool vectors)
    {
        Random random = new(11);
        MerkleHasher hasher = new(vectors);
        for (int length = 0; length < 400; length++)
        {
            // Neighbours of other lengths share the lanes.
            byte[][] leaves = [.. Enumerable.Range(0, 1 + random.Next(20)).Select(i => new byte[i % 3 == 0 ? length : random.Next(130)])];
            Digest32[] hashes = new Digest32[leaves.Length];
            for (int i = 0; i < leaves.Length; i++)
            {
                random.NextBytes(leaves[i]);
                hasher.Leaf(leaves[i], hashes, i);
            }

            hasher.Flush(hashes);
            Assert.Equal(leaves.Select(static l => MerkleTree.LeafHash(l)), hashes);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Roots_SeveralTreesOfAnySizes_AreTheTreesRoots(bool vectors)
    {
        Random random = new(12);
        MerkleHasher hasher = new(vectors);
        for (int round = 0; round < 300; round++)
        {
            int[] sizes = [.. Enumerable.Range(0, 1 + random.Next(9)).Select(_ => 1 + random.Next(40))];
            Digest32[] hashes = new Digest32[sizes.Sum()];
            for (int i = 0; i < hashes.Length; i++)
            {
                hashes[i] = Digest32.Sha256(BitConverter.GetBytes(round * 1000 + i));
            }

            int[] starts = [.. Enumerable.Range(0, sizes.Length + 1).Select(i => sizes.Take(i).Sum())];
            Digest32[] expected = [.. Enumerable.Range(0, sizes.Length).Select(i => MerkleTree.Root(hashes.AsSpan(starts[i]..starts[i + 1])))];
            Digest32[] roots = new Digest32[sizes.Length];
            hasher.Roots(hashes, starts, roots);
            Assert.Equal(expected, roots);
        }
    }
}
