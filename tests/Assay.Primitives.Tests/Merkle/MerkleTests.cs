using Assay.Primitives.Merkle;

namespace Assay.Primitives.Tests.Merkle;

public sealed class MerkleTests
{
    private const int MaxSize = 300;

    private static readonly Digest32[] Leaves =
        [.. Enumerable.Range(0, MaxSize).Select(i => MerkleTree.LeafHash(BitConverter.GetBytes(i)))];

    [Fact]
    public void Inclusion_holds_for_every_index_and_size()
    {
        for (int size = 1; size <= MaxSize; size++)
        {
            ReadOnlySpan<Digest32> leaves = Leaves.AsSpan(0, size);
            Digest32 root = MerkleTree.Root(leaves);
            Digest32[][] proofs = MerkleTree.InclusionProofs(leaves);
            for (int index = 0; index < size; index++)
            {
                Assert.Equal(CheckResult.Pass, MerkleVerifier.Inclusion(leaves[index], (ulong)index, (ulong)size, proofs[index], root));
            }
        }
    }

    [Fact]
    public void Consistency_holds_for_every_pair_of_sizes()
    {
        Digest32[] roots = [.. Enumerable.Range(0, 131).Select(n => MerkleTree.Root(Leaves.AsSpan(0, n)))];
        for (int newSize = 0; newSize <= 130; newSize++)
        {
            for (int oldSize = 0; oldSize <= newSize; oldSize++)
            {
                Digest32[] proof = MerkleTree.ConsistencyProof(Leaves.AsSpan(0, newSize), oldSize);
                Assert.Equal(
                    CheckResult.Pass,
                    MerkleVerifier.Consistency((ulong)oldSize, (ulong)newSize, roots[oldSize], roots[newSize], proof));
            }
        }
    }
}
