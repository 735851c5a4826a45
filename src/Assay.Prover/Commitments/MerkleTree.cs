using System.Numerics;
using Assay.Proofs.Commitments;
using Assay.Proofs.Hashing;
using Assay.Proofs.Transcripts;
using Assay.Prover.Hashing;
using Assay.Prover.Simd;
using Assay.Prover.Threading;

namespace Assay.Prover.Commitments;

/// <summary>A Merkle tree over columns of one length (spec/proof-system.md, section 6.1), in memory that belongs to somebody else:
/// its levels from the leaves up, 32 bytes a node.</summary>
/// <param name="nodes">At least <see cref="BytesFor"/> bytes.</param>
/// <param name="depth">The tree has 2^depth leaves.</param>
internal readonly unsafe struct MerkleTree(byte* nodes, int depth)
{
    private const int Size = Blake3.DigestBytes;

    /// <summary>Subtrees that threads take in turns: at most 2^this, each with so many compressions, some 50 microseconds.</summary>
    private const int SubtreeBits = 4;
    private const long CompressionsOfSubtree = 2500;

    private readonly byte* _nodes = nodes;
    private readonly int _depth = depth;

    /// <summary>The root's bytes.</summary>
    public ReadOnlySpan<byte> Root => new(Level(_depth), Size);

    /// <summary>Bytes of a tree's nodes.</summary>
    public static long BytesFor(int depth) => ((2L << depth) - 1) * Size;

    /// <summary>Hashes all leaves and nodes.</summary>
    /// <param name="columns">The first leaf's bytes.</param>
    /// <param name="stride">Bytes from leaf to leaf.</param>
    /// <param name="length">Bytes of a leaf.</param>
    /// <param name="path">Resolved.</param>
    /// <param name="team">Threads.</param>
    public void Build(byte* columns, nint stride, int length, VectorPath path, WorkerTeam team)
    {
        MerkleTree tree = this;
        long compressions = (1L << _depth) * ((length / 64) + 2);
        int top = BitOperations.Log2((ulong)Math.Clamp(compressions / CompressionsOfSubtree, 1, 1 << Math.Min(SubtreeBits, _depth)));
        team.Run(new TeamAction(part => tree.BuildSubtree(part, tree._depth - top, columns, stride, length, path)), 1 << top);
        HashTop(top, path);
    }

    /// <summary>Whether another tree of the same depth has the same nodes.</summary>
    public bool SameNodes(MerkleTree other)
    {
        for (int level = 0; level <= _depth; level++)
        {
            int bytes = Size << (_depth - level);
            if (!new ReadOnlySpan<byte>(Level(level), bytes).SequenceEqual(new ReadOnlySpan<byte>(other.Level(level), bytes)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sends the siblings of some leaves, in the specification's order.</summary>
    public void SendSiblings(ReadOnlySpan<int> positions, ProverChannel channel)
    {
        foreach ((int level, int index) in MerkleOpening.Siblings(positions, _depth))
        {
            channel.SendOpening(new ReadOnlySpan<byte>(Level(level) + ((nint)index * Size), Size));
        }
    }

    private void BuildSubtree(int index, int levels, byte* columns, nint stride, int length, VectorPath path)
    {
        nint first = (nint)index << levels;
        WideBlake3.Keyed(
            MerkleOpening.LeafKey.Span, columns + (first * stride), stride, length, 1 << levels, Level(0) + (first * Size), path);
        for (int level = 1; level <= levels; level++)
        {
            HashLevel(level, first >> level, 1 << (levels - level), path);
        }
    }

    private void HashTop(int levels, VectorPath path)
    {
        for (int level = _depth - levels + 1; level <= _depth; level++)
        {
            HashLevel(level, 0, 1 << (_depth - level), path);
        }
    }

    private void HashLevel(int level, nint first, int count, VectorPath path) => WideBlake3.Keyed(
        MerkleOpening.NodeKey.Span, Level(level - 1) + (2 * first * Size), 2 * Size, 2 * Size, count, Level(level) + (first * Size), path);

    private byte* Level(int level) => _nodes + (nint)(((2L << _depth) - (2L << (_depth - level))) * Size);
}
