using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Chat;

/// <summary>What a stream's events come to, event by event: the root of the tree over them (spec/chat.md, "Stream"). One thread at a time.</summary>
public sealed class StreamTranscript
{
    // Roots of the full subtrees, the greatest first: all that the tree's root needs.
    private readonly List<Digest32> _peaks = [];

    /// <summary>How many events there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an event.</summary>
    /// <param name="data">Its data: one line, without <c>data:</c>.</param>
    public void Add(ReadOnlySpan<byte> data)
    {
        Digest32 node = MerkleTree.LeafHash(data);
        for (int full = Count; (full & 1) == 1; full >>= 1)
        {
            node = MerkleTree.NodeHash(_peaks[^1], node);
            _peaks.RemoveAt(_peaks.Count - 1);
        }

        _peaks.Add(node);
        Count++;
    }

    /// <summary>The root of the tree over the events so far: a progress receipt's output root.</summary>
    public Digest32 Root()
    {
        if (_peaks.Count == 0)
        {
            return MerkleTree.Root([]);
        }

        Digest32 root = _peaks[^1];
        for (int i = _peaks.Count - 2; i >= 0; i--)
        {
            root = MerkleTree.NodeHash(_peaks[i], root);
        }

        return root;
    }
}
