using System.Numerics;

namespace Assay.Primitives.Merkle;

/// <summary>Merkle trees of RFC 9162, section 2.1, over leaf hashes that are all in memory.</summary>
public static class MerkleTree
{
    /// <summary>The head of the tree without leaves: SHA-256 of nothing.</summary>
    public static Digest32 EmptyRoot { get; } = Digest32.Sha256([]);

    /// <summary><c>SHA-256(00 | data)</c>. Allocates nothing for data of up to 2 047 bytes.</summary>
    public static Digest32 LeafHash(ReadOnlySpan<byte> data) => Digest32.Sha256([0x00], data);

    /// <summary><c>SHA-256(01 | left | right)</c>. Allocates nothing.</summary>
    public static Digest32 NodeHash(in Digest32 left, in Digest32 right)
    {
        Span<byte> node = stackalloc byte[1 + Digest32.Size];
        node[0] = 0x01;
        left.CopyTo(node[1..]);
        return Digest32.Sha256(node, right.Bytes);
    }

    /// <summary>The tree head over the leaves, in order.</summary>
    public static Digest32 Root(ReadOnlySpan<Digest32> leafHashes) => leafHashes.Length switch
    {
        0 => EmptyRoot,
        1 => leafHashes[0],
        _ => SplitRoot(leafHashes),
    };

    /// <summary>PATH(index, leaves) of RFC 9162, section 2.1.3.1: siblings from the leaf up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static Digest32[] InclusionProof(ReadOnlySpan<Digest32> leafHashes, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leafHashes.Length);
        List<Digest32> fromTop = [];
        while (leafHashes.Length > 1)
        {
            int split = Split(leafHashes.Length);
            if (index < split)
            {
                fromTop.Add(Root(leafHashes[split..]));
                leafHashes = leafHashes[..split];
            }
            else
            {
                fromTop.Add(Root(leafHashes[..split]));
                leafHashes = leafHashes[split..];
                index -= split;
            }
        }

        return Reversed(fromTop);
    }

    /// <summary>Every leaf's <see cref="InclusionProof"/>, with each node hashed once.</summary>
    public static Digest32[][] InclusionProofs(ReadOnlySpan<Digest32> leafHashes)
    {
        Digest32[][] proofs = new Digest32[leafHashes.Length][];
        if (proofs.Length == 0)
        {
            return proofs;
        }

        // Joining neighbours level by level, a last one without neighbour moving up as it is,
        // makes the same tree as splitting at the largest power of two.
        List<Digest32[]> levels = [leafHashes.ToArray()];
        while (levels[^1].Length > 1)
        {
            Digest32[] below = levels[^1];
            Digest32[] above = new Digest32[(below.Length + 1) / 2];
            for (int i = 0; i < above.Length; i++)
            {
                above[i] = 2 * i + 1 < below.Length ? NodeHash(below[2 * i], below[2 * i + 1]) : below[2 * i];
            }

            levels.Add(above);
        }

        List<Digest32> path = [];
        for (int leaf = 0; leaf < proofs.Length; leaf++)
        {
            path.Clear();
            for (int level = 0; level < levels.Count - 1; level++)
            {
                int sibling = (leaf >> level) ^ 1;
                if (sibling < levels[level].Length)
                {
                    path.Add(levels[level][sibling]);
                }
            }

            proofs[leaf] = [.. path];
        }

        return proofs;
    }

    /// <summary>
    /// PROOF(oldSize, leaves) of RFC 9162, section 2.1.4.1. Empty for <c>oldSize</c> 0 (every tree
    /// extends the empty one) and for <c>oldSize</c> equal to the number of leaves.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The old tree is larger than the new one.</exception>
    public static Digest32[] ConsistencyProof(ReadOnlySpan<Digest32> leafHashes, int oldSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, leafHashes.Length);
        if (oldSize == 0 || oldSize == leafHashes.Length)
        {
            return [];
        }

        // SUBPROOF(m, D, b): b says whether the current subtree is a whole prefix known to the verifier.
        List<Digest32> fromTop = [];
        bool isOldRoot = true;
        while (oldSize != leafHashes.Length)
        {
            int split = Split(leafHashes.Length);
            if (oldSize <= split)
            {
                fromTop.Add(Root(leafHashes[split..]));
                leafHashes = leafHashes[..split];
            }
            else
            {
                fromTop.Add(Root(leafHashes[..split]));
                leafHashes = leafHashes[split..];
                oldSize -= split;
                isOldRoot = false;
            }
        }

        if (!isOldRoot)
        {
            fromTop.Add(Root(leafHashes));
        }

        return Reversed(fromTop);
    }

    /// <summary>The largest power of two below <paramref name="size"/> (two or more).</summary>
    private static int Split(int size) => 1 << BitOperations.Log2((uint)size - 1);

    private static Digest32 SplitRoot(ReadOnlySpan<Digest32> leafHashes)
    {
        int split = Split(leafHashes.Length);
        return NodeHash(Root(leafHashes[..split]), Root(leafHashes[split..]));
    }

    private static Digest32[] Reversed(List<Digest32> fromTop)
    {
        fromTop.Reverse();
        return [.. fromTop];
    }
}
