using System.Numerics;
using Assay.Log.Layout;
using Assay.Log.Storage;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Log.Tree;

/// <summary>
/// The log's RFC 9162 tree: the growing tile of each level in memory, full tiles in a cache over the tile files.
/// One thread appends; any number read, each at a size that was published (with a memory barrier) after the leaves
/// below it were appended.
/// </summary>
/// <param name="readTile">The 8 192 bytes of a full tile; throws a <see cref="LogException"/> if it isn't there.</param>
/// <param name="cachedTiles">Full tiles kept in memory.</param>
internal sealed class TileTree(Func<TilePath, byte[]> readTile, int cachedTiles)
{
    /// <summary>Tile levels of a tree of up to 2^63 leaves.</summary>
    public const int Levels = 8;

    private readonly TileCache _cache = new(cachedTiles);
    private readonly HashTile[] _edge = [.. Enumerable.Range(0, Levels).Select(_ => new HashTile(0))];

    /// <summary>Number of leaves. Only for the thread that appends.</summary>
    public ulong Size { get; private set; }

    /// <summary>The growing tile of a level. Only for the thread that appends.</summary>
    public HashTile Edge(int level) => _edge[level];

    /// <summary>How many hashes the tiles of a level have together in a tree of that size.</summary>
    public static ulong HashesAt(int level, ulong size) => size >> (HashTile.Height * level);

    /// <summary>The growing tile of a level in a tree of that size, which is empty where its width is 0.</summary>
    public static TilePath EdgePath(int level, ulong size) => new(
        level, HashesAt(level, size) >> HashTile.Height, (int)(HashesAt(level, size) % TilePath.FullWidth));

    /// <summary>Puts the growing tiles of a tree of <paramref name="size"/> leaves into an empty tree.</summary>
    public void Restore(ulong size, IReadOnlyList<HashTile> edge)
    {
        edge.ToArray().CopyTo(_edge, 0);
        Size = size;
    }

    /// <summary>Adds a leaf.</summary>
    public void Append(in Digest32 leafHash)
    {
        Digest32 hash = leafHash;
        for (int level = 0; ; level++)
        {
            HashTile tile = _edge[level];
            tile.Append(hash);
            if (tile.Count < TilePath.FullWidth)
            {
                break;
            }

            // In the cache before it leaves the edge, so that readers always find it in one of the two.
            _cache.Add(level, tile);
            Volatile.Write(ref _edge[level], new HashTile(tile.Number + 1));
            hash = tile.Root;
        }

        Size++;
    }

    /// <summary>The head of the first <paramref name="size"/> leaves.</summary>
    public Digest32 Root(ulong size) => size == 0 ? MerkleTree.EmptyRoot : RangeHash(0, size);

    /// <summary>PATH(index, first size leaves) of RFC 9162, section 2.1.3.1.</summary>
    public Digest32[] InclusionPath(ulong index, ulong size)
    {
        List<Digest32> fromTop = [];
        ulong low = 0;
        for (ulong high = size; high - low > 1;)
        {
            ulong split = low + Split(high - low);
            bool isLeft = index < split;
            fromTop.Add(isLeft ? RangeHash(split, high) : RangeHash(low, split));
            (low, high) = isLeft ? (low, split) : (split, high);
        }

        fromTop.Reverse();
        return [.. fromTop];
    }

    /// <summary>PROOF(oldSize, first newSize leaves) of RFC 9162, section 2.1.4.1; empty for an empty or equal old tree.</summary>
    public Digest32[] ConsistencyPath(ulong oldSize, ulong newSize)
    {
        if (oldSize == 0 || oldSize == newSize)
        {
            return [];
        }

        List<Digest32> fromTop = [];
        ulong low = 0;
        ulong high = newSize;
        while (oldSize != high)
        {
            ulong split = low + Split(high - low);
            bool isLeft = oldSize <= split;
            fromTop.Add(isLeft ? RangeHash(split, high) : RangeHash(low, split));
            (low, high) = isLeft ? (low, split) : (split, high);
        }

        // The subtree that ends the old tree; the verifier has it if it is the whole old tree.
        if (low != 0)
        {
            fromTop.Add(RangeHash(low, high));
        }

        fromTop.Reverse();
        return [.. fromTop];
    }

    /// <summary>A full tile, or the growing one; a tile read from its file is checked against the tile above.</summary>
    public HashTile Tile(int level, ulong number)
    {
        HashTile edge = Volatile.Read(ref _edge[level]);
        if (edge.Number == number)
        {
            return edge;
        }

        if (_cache.TryGet(level, number, out HashTile? cached))
        {
            return cached;
        }

        TilePath path = new(level, number, TilePath.FullWidth);
        HashTile tile = HashTile.Decode(number, readTile(path));
        if (tile.Root != Tile(level + 1, number >> HashTile.Height).Node(0, (int)(number % TilePath.FullWidth)))
        {
            throw new LogException(LogErrors.Tile, TileFiles.Subject(path), "its hashes aren't those that the tile above was made of");
        }

        _cache.Add(level, tile);
        return tile;
    }

    /// <summary>The head of leaves low to high - 1, a subtree of the tree of some size.</summary>
    private Digest32 RangeHash(ulong low, ulong high)
    {
        ulong count = high - low;
        if (!BitOperations.IsPow2(count))
        {
            ulong split = low + Split(count);
            return MerkleTree.NodeHash(RangeHash(low, split), RangeHash(split, high));
        }

        int level = BitOperations.Log2(count);
        int row = level % HashTile.Height;
        ulong node = low >> level;
        ulong tile = node >> (HashTile.Height - row);
        return Tile(level / HashTile.Height, tile).Node(row, (int)(node - (tile << (HashTile.Height - row))));
    }

    /// <summary>The largest power of two below <paramref name="count"/> (two or more).</summary>
    private static ulong Split(ulong count) => 1UL << BitOperations.Log2(count - 1);
}
