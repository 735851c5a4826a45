using Assay.Log.Layout;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Log.Tree;

/// <summary>
/// A hash tile with the eight tree levels above its hashes. It only grows: a node, once it is there, never changes, so
/// that readers who know a size that was published after the node was written need no lock.
/// </summary>
internal sealed class HashTile(ulong number)
{
    /// <summary>Tree levels from one tile level to the next.</summary>
    public const int Height = 8;

    // Row r (256 >> r nodes) starts at 512 - (512 >> r).
    private readonly Digest32[] _nodes = new Digest32[(2 * TilePath.FullWidth) - 1];

    /// <summary>Which tile of its level.</summary>
    public ulong Number { get; } = number;

    /// <summary>Hashes in it.</summary>
    public int Count { get; private set; }

    /// <summary>The head of a full tile: the hash that stands for it in the tile above.</summary>
    public Digest32 Root => Node(Height, 0);

    /// <summary>A tile of encoded hashes, 32 bytes each.</summary>
    public static HashTile Decode(ulong number, ReadOnlySpan<byte> hashes)
    {
        HashTile tile = new(number);
        for (; !hashes.IsEmpty; hashes = hashes[Digest32.Size..])
        {
            tile.Append(Digest32.From(hashes[..Digest32.Size]));
        }

        return tile;
    }

    /// <summary>Adds a hash, and the nodes above it that it completes.</summary>
    public void Append(in Digest32 hash)
    {
        Digest32 node = hash;
        int position = Count;
        for (int row = 0; ; row++)
        {
            _nodes[Offset(row) + position] = node;
            if ((position & 1) == 0)
            {
                break;
            }

            node = MerkleTree.NodeHash(_nodes[Offset(row) + position - 1], node);
            position >>= 1;
        }

        Count++;
    }

    /// <summary>The head of 2^row hashes, from hash <c>position * 2^row</c> on; they must all be there.</summary>
    public Digest32 Node(int row, int position) => _nodes[Offset(row) + position];

    /// <summary>The tile's file: its first <paramref name="width"/> hashes.</summary>
    public byte[] Encode(int width)
    {
        byte[] bytes = new byte[width * Digest32.Size];
        for (int i = 0; i < width; i++)
        {
            _nodes[i].CopyTo(bytes.AsSpan(i * Digest32.Size));
        }

        return bytes;
    }

    private static int Offset(int row) => (2 * TilePath.FullWidth) - ((2 * TilePath.FullWidth) >> row);
}
