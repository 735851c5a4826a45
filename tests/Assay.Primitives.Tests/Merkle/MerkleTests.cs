using Assay.Primitives.Merkle;
using Assay.Testing;

namespace Assay.Primitives.Tests.Merkle;

public sealed class MerkleTests
{
    private const int MaxSize = 300;

    private static readonly byte[][] Entries = [.. Enumerable.Range(0, MaxSize + 1).Select(BitConverter.GetBytes)];
    private static readonly Digest32[] Leaves = [.. Entries.Select(entry => MerkleTree.LeafHash(entry))];
    private static readonly ReferenceTree Reference = new(Entries);

    private static readonly ulong[] HugeSizes =
    [
        (1UL << 32) - 1, 1UL << 32, (1UL << 32) + 1, (1UL << 62) + 12345, (1UL << 63) - 1, 1UL << 63, (1UL << 63) + 1,
        (1UL << 63) + (1UL << 31) + 7, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    [Fact]
    public void Roots_are_those_of_certificate_transparency()
    {
        // The test vectors of google/certificate-transparency.
        string[] inputs =
            ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
        string[] roots =
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        Digest32[] leaves = [.. inputs.Select(input => MerkleTree.LeafHash(Convert.FromHexString(input)))];
        for (int size = 1; size <= leaves.Length; size++)
        {
            Assert.Equal(roots[size - 1], MerkleTree.Root(leaves.AsSpan(0, size)).ToString());
        }

        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", MerkleTree.EmptyRoot.ToString());
        Assert.Equal(MerkleTree.EmptyRoot, MerkleTree.Root([]));
    }

    [Fact]
    public void Tree_is_the_recursive_definition()
    {
        for (int size = 0; size <= MaxSize; size++)
        {
            Assert.Equal(Reference.Head(0, size), MerkleTree.Root(Leaves.AsSpan(0, size)));
        }

        for (int size = 1; size <= 70; size++)
        {
            ReadOnlySpan<Digest32> leaves = Leaves.AsSpan(0, size);
            Digest32[][] all = MerkleTree.InclusionProofs(leaves);
            for (int index = 0; index < size; index++)
            {
                Digest32[] expected = [.. Reference.Path(index, 0, size)];
                Assert.Equal(expected, MerkleTree.InclusionProof(leaves, index));
                Assert.Equal(expected, all[index]);
            }

            for (int oldSize = 1; oldSize <= size; oldSize++)
            {
                Assert.Equal(Reference.Proof(oldSize, size), MerkleTree.ConsistencyProof(leaves, oldSize));
            }

            Assert.Empty(MerkleTree.ConsistencyProof(leaves, 0));
        }

        Assert.Empty(MerkleTree.InclusionProofs([]));
    }

    [Fact]
    public void Inclusion_holds_for_every_leaf_of_every_tree_and_for_nothing_else()
    {
        for (int size = 1; size <= MaxSize; size++)
        {
            Digest32 root = Reference.Head(0, size);
            for (int index = 0; index < size; index++)
            {
                Digest32[] path = [.. Reference.Path(index, 0, size)];
                Digest32 leaf = Leaves[index];
                Assert.Equal(CheckResult.Pass, Inclusion(leaf, index, size, path, root));
                if (!FuzzRun.IsDeep && (size * 31 + index) % 5 != 0)
                {
                    continue;
                }

                Assert.Equal(CheckResult.Fail, Inclusion(Leaves[index + 1], index, size, path, root));
                Assert.Equal(CheckResult.Fail, Inclusion(leaf, index + 1, size, path, root));
                Assert.Equal(CheckResult.Fail, Inclusion(leaf, index - 1, size, path, root));
                Assert.Equal(CheckResult.Fail, Inclusion(leaf, index, size, [.. path, root], root));
                Assert.Equal(CheckResult.Fail, Inclusion(leaf, index, size, [root, .. path], root));
                Assert.Equal(CheckResult.Fail, Inclusion(leaf, index, size, path, leaf == root ? default : leaf));
                if (path.Length > 0)
                {
                    Assert.Equal(CheckResult.Fail, Inclusion(leaf, index, size, path[1..], root));
                    Assert.Equal(CheckResult.Fail, Inclusion(leaf, index, size, path[..^1], root));
                    path[(index * 7 + size) % path.Length] = leaf;
                    Assert.Equal(CheckResult.Fail, Inclusion(leaf, index, size, path, root));
                }
            }
        }
    }

    [Fact]
    public void Consistency_holds_for_every_two_trees_and_for_nothing_else()
    {
        for (int newSize = 1; newSize <= MaxSize; newSize++)
        {
            Digest32 newRoot = Reference.Head(0, newSize);
            for (int oldSize = 1; oldSize <= newSize; oldSize++)
            {
                Digest32 oldRoot = Reference.Head(0, oldSize);
                Digest32[] path = [.. Reference.Proof(oldSize, newSize)];
                Assert.Equal(CheckResult.Pass, Consistency(oldSize, newSize, oldRoot, newRoot, path));
                if (!FuzzRun.IsDeep && (newSize * 31 + oldSize) % 5 != 0)
                {
                    continue;
                }

                Assert.Equal(CheckResult.Fail, Consistency(oldSize, newSize, Leaves[^1], newRoot, path));
                Assert.Equal(CheckResult.Fail, Consistency(oldSize, newSize, oldRoot, Leaves[^1], path));
                Assert.Equal(CheckResult.Fail, Consistency(oldSize, newSize, oldRoot, newRoot, [.. path, newRoot]));
                Assert.Equal(CheckResult.Fail, Consistency(oldSize, newSize, oldRoot, newRoot, [oldRoot, .. path]));
                if (path.Length > 0)
                {
                    Assert.Equal(CheckResult.Fail, Consistency(newSize, oldSize, newRoot, oldRoot, path));
                    Assert.Equal(CheckResult.Fail, Consistency(oldSize, newSize, oldRoot, newRoot, path[1..]));
                    Assert.Equal(CheckResult.Fail, Consistency(oldSize, newSize, oldRoot, newRoot, path[..^1]));
                    path[(oldSize * 7 + newSize) % path.Length] = Leaves[^1];
                    Assert.Equal(CheckResult.Fail, Consistency(oldSize, newSize, oldRoot, newRoot, path));
                }
            }
        }
    }

    [Fact]
    public void Inclusion_path_with_any_one_bit_changed_fails()
    {
        const int Size = 77;
        Digest32 root = Reference.Head(0, Size);
        foreach (int index in new[] { 0, 1, 63, 64, 75, 76 })
        {
            Digest32[] path = [.. Reference.Path(index, 0, Size)];
            for (int bit = 0; bit < path.Length * 256; bit++)
            {
                byte[] changed = path[bit / 256].ToArray();
                changed[bit % 256 / 8] ^= (byte)(1 << (bit % 8));
                Digest32[] changedPath = [.. path];
                changedPath[bit / 256] = Digest32.From(changed);
                Assert.Equal(CheckResult.Fail, Inclusion(Leaves[index], index, Size, changedPath, root));
            }
        }
    }

    [Fact]
    public void Empty_tree_is_a_prefix_of_every_tree_and_holds_nothing()
    {
        Digest32 empty = MerkleTree.EmptyRoot;
        Digest32 root = Reference.Head(0, 5);
        Assert.Equal(CheckResult.Pass, Consistency(0, 5, empty, root, []));
        Assert.Equal(CheckResult.Pass, Consistency(0, 0, empty, empty, []));
        Assert.Equal(CheckResult.Fail, Consistency(0, 5, root, root, []));
        Assert.Equal(CheckResult.Fail, Consistency(0, 5, empty, root, [root]));
        Assert.Equal(CheckResult.Fail, Consistency(0, 0, root, root, []));
        Assert.Equal(CheckResult.Fail, Consistency(5, 0, root, empty, []));
        Assert.Equal(CheckResult.Fail, Inclusion(Leaves[0], 0, 0, [], empty));
        Assert.Equal(CheckResult.Fail, Inclusion(Leaves[0], 0, 0, [], Leaves[0]));
    }

    [Fact]
    public void Inclusion_holds_in_trees_of_any_64_bit_size()
    {
        Random random = new(1);
        foreach (ulong size in HugeSizes)
        {
            foreach (ulong index in new ulong[] { 0, 1, size / 3, size / 2 - 1, size / 2, size / 2 + 1, size - 2, size - 1 })
            {
                (Digest32 root, List<Digest32> path) = ReferenceTree.Invented(Leaves[0], index, size, random);
                Assert.Equal(CheckResult.Pass, MerkleVerifier.Inclusion(Leaves[0], index, size, path.ToArray(), root));
                Assert.Equal(CheckResult.Fail, MerkleVerifier.Inclusion(Leaves[1], index, size, path.ToArray(), root));
                Assert.Equal(CheckResult.Fail, MerkleVerifier.Inclusion(Leaves[0], index ^ 1, size, path.ToArray(), root));
            }
        }
    }

    [Fact]
    public void Consistency_holds_between_trees_of_any_64_bit_size()
    {
        Random random = new(2);
        foreach (ulong newSize in HugeSizes)
        {
            foreach (ulong oldSize in new ulong[] { 1, 2, 3, 1UL << 31, newSize / 3, newSize / 2, newSize / 2 + 1, newSize - 1 })
            {
                (Digest32 oldRoot, Digest32 newRoot, List<Digest32> path) =
                    ReferenceTree.InventedConsistency(oldSize, newSize, random);
                Assert.Equal(
                    CheckResult.Pass, MerkleVerifier.Consistency(oldSize, newSize, oldRoot, newRoot, path.ToArray()));
                Assert.Equal(
                    CheckResult.Fail, MerkleVerifier.Consistency(oldSize, newSize, newRoot, oldRoot, path.ToArray()));
            }
        }
    }

    [Fact]
    public void Hostile_sizes_and_path_lengths_fail_without_an_exception()
    {
        ulong[] numbers = [0, 1, 2, 3, .. HugeSizes];
        Digest32[] path = [.. Enumerable.Repeat(Leaves[0], 200)];
        foreach (ulong a in numbers)
        {
            foreach (ulong b in numbers)
            {
                for (int length = 0; length <= path.Length; length += length < 70 ? 1 : 65)
                {
                    ReadOnlySpan<Digest32> part = path.AsSpan(0, length);
                    Assert.Equal(CheckResult.Fail, MerkleVerifier.Inclusion(Leaves[0], a, b, part, Leaves[1]));
                    Assert.Equal(CheckResult.Fail, MerkleVerifier.Consistency(a, b, Leaves[0], Leaves[1], part));
                }
            }
        }
    }

    [Fact]
    public void Proofs_for_what_is_not_in_the_tree_are_programming_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.InclusionProof(Leaves, Leaves.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.InclusionProof(Leaves, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.ConsistencyProof(Leaves, Leaves.Length + 1));
    }

    private static CheckResult Inclusion(Digest32 leaf, int index, int size, Digest32[] path, Digest32 root) =>
        MerkleVerifier.Inclusion(leaf, (ulong)index, (ulong)size, path, root);

    private static CheckResult Consistency(int oldSize, int newSize, Digest32 oldRoot, Digest32 newRoot, Digest32[] path) =>
        MerkleVerifier.Consistency((ulong)oldSize, (ulong)newSize, oldRoot, newRoot, path);
}
