using System.Numerics;

namespace Assay.Primitives.Merkle;

/// <summary>
/// Verification of inclusion and consistency proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2) for
/// any tree size up to 2^64-1. Never throws, allocates nothing; at most 64 hashes, or none
/// where the path's length can't be right.
/// </summary>
/// <remarks>
/// A root doesn't commit to its tree's size: a path may verify for a neighbouring size too. The size
/// must come from where the root comes from (a signed batch head, a checkpoint), never from the prover.
/// </remarks>
public static class MerkleVerifier
{
    /// <summary>Whether the leaf stands at <paramref name="index"/> in the tree of that size and root.</summary>
    /// <returns><see cref="CheckResult.Pass"/> or <see cref="CheckResult.Fail"/>.</returns>
    public static CheckResult Inclusion(
        in Digest32 leafHash, ulong index, ulong size, ReadOnlySpan<Digest32> path, in Digest32 root)
    {
        if (index >= size)
        {
            return CheckResult.Fail;
        }

        // Below the level where the paths to this leaf and to the last leaf part, every level has a
        // sibling; above it only the levels where the index has a one (the right edge of the tree).
        int inner = BitLength(index ^ (size - 1));
        int border = BitOperations.PopCount(Shift(index, inner));
        if (path.Length != inner + border)
        {
            return CheckResult.Fail;
        }

        Digest32 hash = leafHash;
        for (int level = 0; level < inner; level++)
        {
            hash = ((index >> level) & 1) == 0
                ? MerkleTree.NodeHash(hash, path[level])
                : MerkleTree.NodeHash(path[level], hash);
        }

        for (int i = inner; i < path.Length; i++)
        {
            hash = MerkleTree.NodeHash(path[i], hash);
        }

        return hash == root ? CheckResult.Pass : CheckResult.Fail;
    }

    /// <summary>
    /// Whether the first <paramref name="oldSize"/> leaves of the new tree are the old tree. The empty
    /// tree (whose root must be that of the empty tree) is a prefix of every tree, with an empty path.
    /// </summary>
    /// <returns><see cref="CheckResult.Pass"/> or <see cref="CheckResult.Fail"/>.</returns>
    public static CheckResult Consistency(
        ulong oldSize, ulong newSize, in Digest32 oldRoot, in Digest32 newRoot, ReadOnlySpan<Digest32> path)
    {
        if (oldSize > newSize)
        {
            return CheckResult.Fail;
        }

        if (oldSize == newSize || oldSize == 0)
        {
            bool rootsFit = oldSize == newSize ? oldRoot == newRoot : oldRoot == MerkleTree.EmptyRoot;
            bool emptyFits = newSize != 0 || newRoot == MerkleTree.EmptyRoot;
            return rootsFit && emptyFits && path.IsEmpty ? CheckResult.Pass : CheckResult.Fail;
        }

        // The walk starts at the largest whole subtree that ends the old tree. Its hash is the first
        // of the path, unless it is the whole old tree (a power of two): then the verifier has it.
        int given = BitOperations.IsPow2(oldSize) ? 0 : 1;
        return path.Length >= given
            && TryWalk(oldSize, newSize, given == 0 ? oldRoot : path[0], path[given..], out Digest32 oldHash, out Digest32 newHash)
            && oldHash == oldRoot
            && newHash == newRoot
            ? CheckResult.Pass
            : CheckResult.Fail;
    }

    /// <summary>
    /// The head of the first <paramref name="oldSize"/> leaves that a tree of <paramref name="newSize"/> commits to: what an
    /// old root must be, or the two contradict each other.
    /// </summary>
    /// <param name="oldSize">1 to <paramref name="newSize"/> - 1; anything else gives null.</param>
    /// <param name="newSize">Leaves of the tree.</param>
    /// <param name="newRoot">Its head.</param>
    /// <param name="nodes">
    /// The consistency path of the tree between the two sizes, always with the subtree that ends the old tree as its first
    /// hash, also where that is the whole old tree and RFC 9162 leaves it out.
    /// </param>
    /// <returns>Null if the nodes don't lead to the new root.</returns>
    public static Digest32? PrefixRoot(ulong oldSize, ulong newSize, in Digest32 newRoot, ReadOnlySpan<Digest32> nodes) =>
        oldSize > 0
        && oldSize < newSize
        && !nodes.IsEmpty
        && TryWalk(oldSize, newSize, nodes[0], nodes[1..], out Digest32 oldHash, out Digest32 newHash)
        && newHash == newRoot
            ? oldHash
            : null;

    private static bool TryWalk(
        ulong oldSize, ulong newSize, in Digest32 first, ReadOnlySpan<Digest32> rest, out Digest32 oldHash, out Digest32 newHash)
    {
        oldHash = first;
        newHash = first;
        ulong last = oldSize - 1;
        int start = BitOperations.TrailingZeroCount(oldSize);
        ulong index = last >> start;
        int inner = BitLength(last ^ (newSize - 1)) - start;
        int border = BitOperations.PopCount(Shift(last, inner + start));
        if (rest.Length != inner + border)
        {
            return false;
        }

        for (int level = 0; level < inner; level++)
        {
            if (((index >> level) & 1) == 0)
            {
                newHash = MerkleTree.NodeHash(newHash, rest[level]);
            }
            else
            {
                oldHash = MerkleTree.NodeHash(rest[level], oldHash);
                newHash = MerkleTree.NodeHash(rest[level], newHash);
            }
        }

        for (int i = inner; i < rest.Length; i++)
        {
            oldHash = MerkleTree.NodeHash(rest[i], oldHash);
            newHash = MerkleTree.NodeHash(rest[i], newHash);
        }

        return true;
    }

    private static int BitLength(ulong value) => 64 - BitOperations.LeadingZeroCount(value);

    /// <summary>A right shift that gives zero for 64, where C# would shift by zero.</summary>
    private static ulong Shift(ulong value, int count) => count >= 64 ? 0 : value >> count;
}
