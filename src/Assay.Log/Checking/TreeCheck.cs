using Assay.Log.Layout;
using Assay.Log.Storage;
using Assay.Log.Tree;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Log.Checking;

/// <summary>
/// Checks tiles, bundles and entries from the signed root down, so that it is clear which of two that disagree is at
/// fault. Memory: a tile per level.
/// </summary>
internal sealed class TreeCheck(
    LogDatabase database, TileFiles files, FindingList findings, CancellationToken cancellationToken)
{
    private readonly HashTile?[] _edge = new HashTile?[TileTree.Levels];

    /// <summary>Runs the check.</summary>
    public void Run(LogCheckpoint checkpoint)
    {
        bool isAuthentic = FindEdge(checkpoint);
        for (int level = TileTree.Levels - 1; level >= 0; level--)
        {
            TilePath path = TileTree.EdgePath(level, checkpoint.Size);
            if (path.Width > 0)
            {
                VisitBelow(path, _edge[level], isAuthentic && _edge[level] is not null);
            }
        }
    }

    /// <summary>The head of an earlier tree, by the tiles; null if they can't say.</summary>
    public Digest32? TryRoot(ulong size)
    {
        TileTree tree = new(files.ReadFullTile, cachedTiles: 16);
        HashTile[] edge = new HashTile[TileTree.Levels];
        for (int level = 0; level < edge.Length; level++)
        {
            TilePath path = TileTree.EdgePath(level, size);
            byte[] hashes = path.Width == 0 ? [] : PrefixOfWider(path) ?? [];
            if (hashes.Length != path.Width * Digest32.Size)
            {
                return null;
            }

            edge[level] = HashTile.Decode(path.Number, hashes);
        }

        tree.Restore(size, edge);
        return tree.Root(size);
    }

    /// <summary>A growing tile of an earlier tree: from its own file, the full tile, or the growing one of now.</summary>
    private byte[]? PrefixOfWider(TilePath path)
    {
        HashTile? now = _edge[path.Level];
        return now?.Number == path.Number && now.Count >= path.Width ? now.Encode(path.Width) : files.TryReadPrefix(path);
    }

    /// <summary>
    /// The growing tiles, which together make the root. Where they are damaged, what is below them stands in, if that
    /// leads to the root.
    /// </summary>
    private bool FindEdge(LogCheckpoint checkpoint)
    {
        TilePath[] paths = [.. Enumerable.Range(0, TileTree.Levels).Select(level => TileTree.EdgePath(level, checkpoint.Size))];
        HashTile?[] fromFiles = Array.ConvertAll(paths, path => path.Width == 0 ? new HashTile(path.Number) : Decode(path));
        fromFiles.CopyTo(_edge, 0);
        if (LeadsToRoot(fromFiles, checkpoint))
        {
            return true;
        }

        HashTile?[] rebuilt = Array.ConvertAll(paths, path => path.Width == 0 ? new HashTile(path.Number) : Rebuild(path));
        int levels = Array.FindLastIndex(paths, path => path.Width > 0) + 1;
        for (int choice = 1; choice < 1 << levels; choice++)
        {
            HashTile?[] mixed = [.. paths.Select((_, level) => (((choice >> level) & 1) == 0 ? fromFiles : rebuilt)[level])];
            if (!LeadsToRoot(mixed, checkpoint))
            {
                continue;
            }

            mixed.CopyTo(_edge, 0);
            foreach (TilePath path in paths.Where(path => path.Width > 0 && ((choice >> path.Level) & 1) != 0))
            {
                Blame(path);
            }

            return true;
        }

        findings.Add(LogErrors.Root, "state", "neither the tiles nor what they were made of lead to the checkpoint's root");
        foreach (TilePath path in paths.Where(path => fromFiles[path.Level] is null))
        {
            Blame(path);
        }

        return false;
    }

    private static bool LeadsToRoot(HashTile?[] edge, LogCheckpoint checkpoint) =>
        Array.IndexOf(edge, null) < 0 && RootOf(checkpoint.Size, edge!) == checkpoint.Root;

    private static Digest32 RootOf(ulong size, HashTile[] edge)
    {
        TileTree tree = new(_ => throw new InvalidOperationException("The root needs growing tiles only."), cachedTiles: 16);
        tree.Restore(size, edge);
        return tree.Root(size);
    }

    /// <summary>Checks what a tile stands for: the tiles below it, or bundle and entries.</summary>
    private void VisitBelow(TilePath path, HashTile? tile, bool isAuthentic)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckPartials(path, tile);
        if (path.Level == 0)
        {
            CheckEntries(path, tile, isAuthentic);
            return;
        }

        for (int i = 0; i < path.Width; i++)
        {
            TilePath below = new(path.Level - 1, (path.Number * TilePath.FullWidth) + (ulong)i, TilePath.FullWidth);
            Visit(below, isAuthentic ? tile!.Node(0, i) : null);
        }
    }

    /// <summary>Checks a full tile against what the tile above says, if that is known to be right.</summary>
    private void Visit(TilePath path, Digest32? expected)
    {
        HashTile? tile = Decode(path);
        if (tile is null || (expected is not null && tile.Root != expected))
        {
            Blame(path);
            HashTile? rebuilt = expected is null ? null : Rebuild(path);
            tile = rebuilt?.Root == expected ? rebuilt : null;
        }

        VisitBelow(path, tile, expected is not null && tile is not null);
    }

    private void CheckEntries(TilePath path, HashTile? tile, bool isAuthentic)
    {
        ulong first = path.Number * TilePath.FullWidth;
        Dictionary<ulong, byte[]> entries = database.ReadEntriesFound(first, first + (ulong)path.Width);
        TilePath bundlePath = path with { Level = TilePath.Entries };
        byte[]? bundle = files.TryReadPrefix(bundlePath);
        if (bundle is null)
        {
            findings.Add(LogErrors.BundleMissing, TileFiles.Subject(bundlePath), "the file isn't there, or is too long");
        }

        ReadOnlySpan<byte> rest = bundle;
        string? bundleProblem = null;
        for (int i = 0; i < path.Width; i++)
        {
            bool isInBundle = EntryBundle.TryTake(ref rest, out ReadOnlySpan<byte> bundled);
            bundleProblem ??= !isInBundle ? $"it ends before entry {i}"
                : tile is not null && MerkleTree.LeafHash(bundled) != tile.Node(0, i) ? $"entry {i} isn't the one in the tree"
                : null;
            ulong index = first + (ulong)i;
            if (!entries.TryGetValue(index, out byte[]? entry))
            {
                findings.Add(LogErrors.EntryGap, $"entries[{index}]", "the database doesn't have this entry");
            }
            else if (tile is not null && MerkleTree.LeafHash(entry) != tile.Node(0, i))
            {
                findings.Add(
                    LogErrors.Entry,
                    $"entries[{index}]",
                    isAuthentic ? "it isn't the one in the tree" : $"{TileFiles.Subject(path)} has another hash for it");
            }
        }

        bundleProblem ??= rest.IsEmpty ? null : $"{rest.Length} bytes follow its last entry";
        if (bundle is not null && bundleProblem is not null)
        {
            findings.Add(LogErrors.Bundle, TileFiles.Subject(bundlePath), bundleProblem);
        }
        else if (bundle is not null)
        {
            CheckPartialBundles(bundlePath, bundle);
        }
    }

    /// <summary>Partial versions that are still there must be the start of the tile.</summary>
    private void CheckPartials(TilePath path, HashTile? tile)
    {
        foreach (TilePath partial in files.ListPartials(path))
        {
            if (tile is not null && partial.Width < path.Width
                && files.TryRead(partial) is { } bytes && !bytes.AsSpan().SequenceEqual(tile.Encode(partial.Width)))
            {
                Blame(partial);
            }
        }
    }

    private void CheckPartialBundles(TilePath path, byte[] bundle)
    {
        foreach (TilePath partial in files.ListPartials(path))
        {
            if (partial.Width < path.Width && files.TryRead(partial) is { } bytes
                && !bytes.AsSpan().SequenceEqual(bundle.AsSpan(0, EntryBundle.LengthOf(bundle, partial.Width))))
            {
                findings.Add(LogErrors.Bundle, TileFiles.Subject(partial), "it isn't the start of the bundle");
            }
        }
    }

    private void Blame(TilePath path)
    {
        byte[]? bytes = files.TryReadPrefix(path);
        string code = bytes is null ? LogErrors.TileMissing : LogErrors.Tile;
        string detail = bytes is null ? "the file isn't there, or is too long"
            : bytes.Length != path.Width * Digest32.Size ? $"it has {bytes.Length} bytes instead of {path.Width * Digest32.Size}"
            : "its hashes aren't those that lead to the checkpoint's root";
        findings.Add(code, TileFiles.Subject(path), detail);
    }

    private HashTile? Decode(TilePath path) =>
        files.TryReadPrefix(path) is { } bytes && bytes.Length == path.Width * Digest32.Size
            ? HashTile.Decode(path.Number, bytes)
            : null;

    /// <summary>A tile made of what is below it: the tiles' files, or the database's entries; null if one is missing.</summary>
    private HashTile? Rebuild(TilePath path)
    {
        HashTile tile = new(path.Number);
        ulong first = path.Number * TilePath.FullWidth;
        Dictionary<ulong, byte[]>? entries = path.Level == 0
            ? database.ReadEntriesFound(first, first + (ulong)path.Width)
            : null;
        for (ulong index = first; index < first + (ulong)path.Width; index++)
        {
            Digest32? hash = entries is null
                ? Decode(new TilePath(path.Level - 1, index, TilePath.FullWidth))?.Root
                : entries.TryGetValue(index, out byte[]? entry) ? MerkleTree.LeafHash(entry) : null;
            if (hash is null)
            {
                return null;
            }

            tile.Append(hash.Value);
        }

        return tile;
    }
}
