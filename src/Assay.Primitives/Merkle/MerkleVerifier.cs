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
        ulong last = oldSize - 1;
        int start = BitOperations.TrailingZeroCount(oldSize);
        ulong index = last >> start;
        int inner = BitLength(last ^ (newSize - 1)) - start;
        int border = BitOperations.PopCount(Shift(last, inner + start));
        int given = BitOperations.IsPow2(oldSize) ? 0 : 1;
        if (path.Length != given + inner + border)
        {
            return CheckResult.Fail;
        }

        Digest32 oldHash = given == 0 ? oldRoot : path[0];
        Digest32 newHash = oldHash;
        ReadOnlySpan<Digest32> rest = path[given..];
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

        return oldHash == oldRoot && newHash == newRoot ? CheckResult.Pass : CheckResult.Fail;
    }

    private static int BitLength(ulong value) => 64 - BitOperations.LeadingZeroCount(value);

    /// <summary>A right shift that gives zero for 64, where C# would shift by zero.</summary>
    private static ulong Shift(ulong value, int count) => count >= 64 ? 0 : value >> count;
}
