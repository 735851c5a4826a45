using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Receipts;

/// <summary>
/// A whole RFC 9162 tree, level by level, from which every leaf's path is read off without hashing again.
/// Pairing each level from the left, with an odd last node moved up as it is, gives the RFC's tree.
/// </summary>
internal static class MerkleLevels
{
    /// <summary>Leaf hashes first, the root last and alone.</summary>
    public static Digest32[][] Build(Digest32[] leaves)
    {
        List<Digest32[]> levels = [leaves];
        while (levels[^1].Length > 1)
        {
            Digest32[] below = levels[^1];
            Digest32[] level = new Digest32[(below.Length + 1) / 2];
            for (int i = 0; i < level.Length; i++)
            {
                level[i] = 2 * i + 1 < below.Length ? MerkleTree.NodeHash(below[2 * i], below[2 * i + 1]) : below[2 * i];
            }

            levels.Add(level);
        }

        return [.. levels];
    }

    /// <summary>The path of a leaf, from the leaf up.</summary>
    public static ImmutableArray<Digest32> Path(Digest32[][] levels, int index)
    {
        ImmutableArray<Digest32>.Builder path = ImmutableArray.CreateBuilder<Digest32>(levels.Length - 1);
        for (int level = 0; level < levels.Length - 1; level++)
        {
            int sibling = index ^ 1;
            if (sibling < levels[level].Length)
            {
                path.Add(levels[level][sibling]);
            }

            index >>= 1;
        }

        return path.DrainToImmutable();
    }
}
