using System.Diagnostics.CodeAnalysis;

namespace Assay.Log.Tree;

/// <summary>Full hash tiles, the least recently used dropped first. Safe for concurrent use.</summary>
internal sealed class TileCache(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(int Level, ulong Number), LinkedListNode<Item>> _items = [];
    private readonly LinkedList<Item> _byUse = [];

    public bool TryGet(int level, ulong number, [NotNullWhen(true)] out HashTile? tile)
    {
        lock (_gate)
        {
            if (!_items.TryGetValue((level, number), out LinkedListNode<Item>? node))
            {
                tile = null;
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            tile = node.Value.Tile;
            return true;
        }
    }

    public void Add(int level, HashTile tile)
    {
        lock (_gate)
        {
            if (_items.ContainsKey((level, tile.Number)))
            {
                return;
            }

            if (_items.Count == capacity && _byUse.Last is { } oldest)
            {
                _byUse.RemoveLast();
                _items.Remove((oldest.Value.Level, oldest.Value.Tile.Number));
            }

            _items[(level, tile.Number)] = _byUse.AddFirst(new Item(level, tile));
        }
    }

    private readonly record struct Item(int Level, HashTile Tile);
}
