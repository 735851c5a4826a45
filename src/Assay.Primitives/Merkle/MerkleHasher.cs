namespace Assay.Primitives.Merkle;

/// <summary>
/// Hashes many leaves and nodes of small RFC 9162 trees, several at once where the machine can: the same digests as <see cref="MerkleTree"/>, sooner.
/// Keeps its buffers; one thread at a time.
/// </summary>
public sealed class MerkleHasher
{
    // Messages of one block and of two wait apart: a group takes as long as its longest message.
    private readonly Lanes? _short;
    private readonly Lanes? _long;

    /// <summary>Makes a hasher.</summary>
    public MerkleHasher()
        : this(Sha256Lanes.IsSupported && !Sha256Blocks.IsSupported)
    {
    }

    internal MerkleHasher(bool vectors)
    {
        _short = vectors ? new Lanes() : null;
        _long = vectors ? new Lanes() : null;
    }

    /// <summary>
    /// Hashes a leaf into <c>hashes[at]</c>, now or when more leaves have come: only <see cref="Flush"/>, with the same span, makes sure of it.
    /// </summary>
    public void Leaf(ReadOnlySpan<byte> data, Span<Digest32> hashes, int at)
    {
        if (_short is null || data.Length >= Sha256Lanes.MaxLength)
        {
            hashes[at] = MerkleTree.LeafHash(data);
        }
        else
        {
            Enqueue(0x00, data, hashes, at);
        }
    }

    /// <summary>Hashes the leaves that are still pending.</summary>
    public void Flush(Span<Digest32> hashes)
    {
        _short?.Flush(hashes);
        _long?.Flush(hashes);
    }

    /// <summary>
    /// The heads of several trees at once. Tree i stands over <c>hashes[starts[i]..starts[i + 1]]</c>, at least one leaf hash each;
    /// its head goes to <c>roots[i]</c>. Overwrites <paramref name="hashes"/>.
    /// </summary>
    public void Roots(Span<Digest32> hashes, ReadOnlySpan<int> starts, Span<Digest32> roots)
    {
        Span<int> sizes = stackalloc int[roots.Length];
        for (int tree = 0; tree < roots.Length; tree++)
        {
            sizes[tree] = starts[tree + 1] - starts[tree];
        }

        // One level of every tree at a time: pairs from the left, an odd last node moves up as it is.
        for (bool more = true; more;)
        {
            more = false;
            Level(hashes, starts, sizes);
            for (int tree = 0; tree < sizes.Length; tree++)
            {
                sizes[tree] = (sizes[tree] + 1) / 2;
                more |= sizes[tree] > 1;
            }
        }

        for (int tree = 0; tree < roots.Length; tree++)
        {
            roots[tree] = hashes[starts[tree]];
        }
    }

    private void Level(Span<Digest32> hashes, ReadOnlySpan<int> starts, ReadOnlySpan<int> sizes)
    {
        Span<byte> pair = stackalloc byte[2 * Digest32.Size];
        for (int tree = 0; tree < sizes.Length; tree++)
        {
            int start = starts[tree];
            for (int i = 0; i + 1 < sizes[tree]; i += 2)
            {
                // Node i/2 replaces a hash at or before its own pair, so nothing is overwritten before it was read.
                if (_short is null)
                {
                    hashes[start + i / 2] = MerkleTree.NodeHash(hashes[start + i], hashes[start + i + 1]);
                    continue;
                }

                hashes[start + i].CopyTo(pair);
                hashes[start + i + 1].CopyTo(pair[Digest32.Size..]);
                Enqueue(0x01, pair, hashes, start + i / 2);
            }

            if ((sizes[tree] & 1) != 0 && sizes[tree] > 1)
            {
                // Every pair of this tree has been read, and none of their nodes goes where the last one goes.
                hashes[start + sizes[tree] / 2] = hashes[start + sizes[tree] - 1];
            }
        }

        Flush(hashes);
    }

    private void Enqueue(byte prefix, ReadOnlySpan<byte> data, Span<Digest32> hashes, int at) =>
        (data.Length < Sha256Lanes.MaxShortLength ? _short! : _long!).Add(prefix, data, hashes, at);

    /// <summary>Messages that wait for their group to be full.</summary>
    private sealed class Lanes
    {
        private readonly Sha256Lanes _lanes = new();
        private readonly int[] _targets = new int[Sha256Lanes.Lanes];
        private int _pending;

        public void Add(byte prefix, ReadOnlySpan<byte> data, Span<Digest32> hashes, int at)
        {
            _lanes.Set(_pending, prefix, data);
            _targets[_pending++] = at;
            if (_pending == Sha256Lanes.Lanes)
            {
                Flush(hashes);
            }
        }

        public void Flush(Span<Digest32> hashes)
        {
            if (_pending == 0)
            {
                return;
            }

            Span<Digest32> digests = stackalloc Digest32[Sha256Lanes.Lanes];
            digests = digests[.._pending];
            _lanes.Hash(digests);
            for (int i = 0; i < digests.Length; i++)
            {
                hashes[_targets[i]] = digests[i];
            }

            _pending = 0;
        }
    }
}
