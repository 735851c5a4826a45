using Assay.Proofs.Hashing;

namespace Assay.Proofs.Commitments;

/// <summary>Opening several leaves of a Merkle tree at once (spec/proof-system.md, section 6.3): siblings level by level from the
/// leaves, ascending, none that follows from what is known.</summary>
public static class MerkleOpening
{
    /// <summary>The key of leaves' hashes.</summary>
    public static ReadOnlyMemory<byte> LeafKey { get; } = Blake3.Hash("assay/proof/v1 leaf"u8);

    /// <summary>The key of nodes' hashes.</summary>
    public static ReadOnlyMemory<byte> NodeKey { get; } = Blake3.Hash("assay/proof/v1 node"u8);

    /// <summary>Which siblings are sent, in their order.</summary>
    /// <param name="positions">Of the leaves: ascending, distinct, at least one.</param>
    /// <param name="depth">The tree has 2^depth leaves.</param>
    /// <returns>Level 0 is the leaves; the index is within its level.</returns>
    public static List<(int Level, int Index)> Siblings(ReadOnlySpan<int> positions, int depth)
    {
        List<(int Level, int Index)> siblings = [];
        int[] known = positions.ToArray();
        int count = known.Length;
        for (int level = 0; level < depth; level++)
        {
            int parents = 0;
            for (int i = 0; i < count; i++)
            {
                if (i + 1 < count && known[i + 1] == (known[i] ^ 1))
                {
                    i++;
                }
                else
                {
                    siblings.Add((level, known[i] ^ 1));
                }

                known[parents++] = known[i] >> 1;
            }

            count = parents;
        }

        return siblings;
    }

    /// <summary>How many siblings are sent.</summary>
    /// <inheritdoc cref="Siblings"/>
    public static int SiblingCount(ReadOnlySpan<int> positions, int depth) => Siblings(positions, depth).Count;

    /// <summary>The most siblings that so many positions can need.</summary>
    public static int MostSiblings(int positions, int depth)
    {
        int most = 0;
        for (int level = 0; level < depth; level++)
        {
            // As many nodes as positions are known on a level at most; each sibling is another node of the level.
            long nodes = 1L << (depth - level);
            most += (int)Math.Min(positions, nodes / 2);
        }

        return most;
    }

    /// <summary>Whether leaves and siblings give the root.</summary>
    /// <param name="leaves">One digest of 32 bytes for each position.</param>
    /// <param name="siblings">As many digests as <see cref="SiblingCount"/> says; any other number doesn't match.</param>
    public static bool Check(
        ReadOnlySpan<byte> root, ReadOnlySpan<int> positions, int depth, ReadOnlySpan<byte> leaves, ReadOnlySpan<byte> siblings)
    {
        const int Size = Blake3.DigestBytes;
        int[] known = positions.ToArray();
        byte[] digests = leaves.ToArray();
        Span<byte> pair = stackalloc byte[2 * Size];
        int count = known.Length;
        for (int level = 0; level < depth; level++)
        {
            int parents = 0;
            for (int i = 0; i < count; i++)
            {
                bool isRight = (known[i] & 1) != 0;
                digests.AsSpan(i * Size, Size).CopyTo(pair[(isRight ? Size : 0)..]);
                if (i + 1 < count && known[i + 1] == (known[i] ^ 1))
                {
                    i++;
                    digests.AsSpan(i * Size, Size).CopyTo(pair[Size..]);
                }
                else
                {
                    if (siblings.Length < Size)
                    {
                        return false;
                    }

                    siblings[..Size].CopyTo(pair[(isRight ? 0 : Size)..]);
                    siblings = siblings[Size..];
                }

                known[parents] = known[i] >> 1;
                Blake3.Keyed(NodeKey.Span, pair, digests.AsSpan(parents * Size, Size));
                parents++;
            }

            count = parents;
        }

        return siblings.IsEmpty && count == 1 && digests.AsSpan(0, Size).SequenceEqual(root);
    }
}
