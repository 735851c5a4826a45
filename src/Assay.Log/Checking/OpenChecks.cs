using Assay.Log.Layout;
using Assay.Log.Storage;
using Assay.Log.Tree;
using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;

namespace Assay.Log.Checking;

/// <summary>
/// Loads a log and refuses to start where its parts disagree: signing on top of a damaged or rolled-back state would
/// make a fork that can't be taken back. <see cref="Fsck"/> finds more and says more.
/// </summary>
internal sealed class OpenChecks(LogDatabase database, TileFiles files, NoteVerifierKey key)
{
    /// <summary>Loads and checks.</summary>
    /// <exception cref="LogException">Something disagrees.</exception>
    public OpenedLog Load(int cachedTiles, int tilesChecked)
    {
        LogCheckpoint checkpoint = ReadCheckpoint();
        ulong size = database.ReadSize();
        if (size < checkpoint.Size || size == 0)
        {
            throw new LogException(
                LogErrors.Shrunk, "entries", $"the database has {size} entries, the checkpoint {checkpoint.Size}");
        }

        TileTree tree = new(files.ReadFullTile, cachedTiles);
        LoadEdge(tree, checkpoint);
        CheckPublished(tree, checkpoint);
        byte[] bundle = CheckLastEntries(tree, checkpoint.Size);
        CheckTiles(tree, checkpoint.Size, tilesChecked);
        return new OpenedLog(checkpoint, size, tree, bundle);
    }

    private LogCheckpoint ReadCheckpoint()
    {
        LogState state = database.ReadState();
        if (state.VerifierKey != key.ToString())
        {
            throw new LogException(LogErrors.Key, "state", $"this is the log of {state.VerifierKey}, not of {key}");
        }

        LogCheckpoint checkpoint = SignedCheckpoint.TryRead(state.Checkpoint, key, out string? error)
            ?? throw new LogException(LogErrors.Checkpoint, "state", error!);
        return checkpoint.Size == state.Size
            ? checkpoint
            : throw new LogException(LogErrors.Checkpoint, "state", $"its size is {checkpoint.Size}, the row says {state.Size}");
    }

    /// <summary>The growing tiles, which alone make the root, from their files.</summary>
    private void LoadEdge(TileTree tree, LogCheckpoint checkpoint)
    {
        HashTile[] edge = new HashTile[TileTree.Levels];
        for (int level = 0; level < edge.Length; level++)
        {
            TilePath path = TileTree.EdgePath(level, checkpoint.Size);
            byte[] hashes = path.Width == 0 ? [] : files.TryReadPrefix(path)
                ?? throw new LogException(LogErrors.TileMissing, TileFiles.Subject(path), "the file isn't there");
            if (hashes.Length != path.Width * Digest32.Size)
            {
                throw new LogException(
                    LogErrors.Tile, TileFiles.Subject(path), $"it has {hashes.Length} bytes instead of {path.Width * Digest32.Size}");
            }

            edge[level] = HashTile.Decode(path.Number, hashes);
        }

        tree.Restore(checkpoint.Size, edge);
        if (tree.Root(checkpoint.Size) != checkpoint.Root)
        {
            throw new LogException(BlameRoot(tree, checkpoint.Size));
        }
    }

    /// <summary>Which of the growing tiles is at fault for a wrong root, as far as what is below it can tell.</summary>
    private LogFinding BlameRoot(TileTree tree, ulong size)
    {
        for (int level = 0; level < TileTree.Levels; level++)
        {
            TilePath path = TileTree.EdgePath(level, size);
            for (int i = 0; i < path.Width; i++)
            {
                ulong below = (path.Number * TilePath.FullWidth) + (ulong)i;
                Digest32? expected = level == 0
                    ? MerkleTree.LeafHash(database.ReadEntry(below))
                    : RootOfFile(new TilePath(level - 1, below, TilePath.FullWidth));
                if (expected is not null && expected != tree.Edge(level).Node(0, i))
                {
                    return new LogFinding(
                        LogErrors.Tile, TileFiles.Subject(path), $"hash {i} isn't that of what it stands for, and the tree's head isn't the checkpoint's");
                }
            }
        }

        return new LogFinding(LogErrors.Root, "state", "the tree's head isn't the checkpoint's");
    }

    private Digest32? RootOfFile(TilePath path) =>
        files.TryRead(path) is { } bytes && bytes.Length == TileFiles.MaxBytes(path)
            ? HashTile.Decode(path.Number, bytes).Root
            : null;

    /// <summary>The published checkpoint is this one, or an earlier one of the same tree (a crash before publishing).</summary>
    private void CheckPublished(TileTree tree, LogCheckpoint checkpoint)
    {
        if (files.ReadCheckpoint() is not { } bytes)
        {
            return;
        }

        LogCheckpoint published = SignedCheckpoint.TryRead(bytes, key, out string? error)
            ?? throw new LogException(LogErrors.PublishedCheckpoint, TileFiles.CheckpointPath, error!);
        if (published.Size > checkpoint.Size)
        {
            throw new LogException(
                LogErrors.RolledBack,
                LogDatabase.FileName,
                $"the published checkpoint has {published.Size} entries, the database's {checkpoint.Size}: an old copy was put back");
        }

        if (tree.Root(published.Size) != published.Root)
        {
            throw new LogException(
                LogErrors.Fork, TileFiles.CheckpointPath, "it isn't an earlier head of this tree");
        }
    }

    /// <summary>The entries of the last tile are the same in the bundle, in the database and in the tree.</summary>
    /// <returns>The growing bundle.</returns>
    private byte[] CheckLastEntries(TileTree tree, ulong size)
    {
        if (size == 0)
        {
            return [];
        }

        ulong first = (size - 1) / TilePath.FullWidth * TilePath.FullWidth;
        TilePath path = new(TilePath.Entries, first / TilePath.FullWidth, (int)(size - first));
        byte[] bundle = files.TryReadPrefix(path)
            ?? throw new LogException(LogErrors.BundleMissing, TileFiles.Subject(path), "the file isn't there");
        HashTile tile = tree.Tile(0, path.Number);
        List<byte[]> entries = database.ReadEntries(first, size);
        ReadOnlySpan<byte> rest = bundle;
        for (int i = 0; i < path.Width; i++)
        {
            if (!EntryBundle.TryTake(ref rest, out ReadOnlySpan<byte> entry) || MerkleTree.LeafHash(entry) != tile.Node(0, i))
            {
                throw new LogException(LogErrors.Bundle, TileFiles.Subject(path), $"entry {i} isn't the one in the tree");
            }

            if (!entry.SequenceEqual(entries[i]))
            {
                throw new LogException(LogErrors.Entry, $"entries[{first + (ulong)i}]", "it isn't the one in the tree");
            }
        }

        if (!rest.IsEmpty)
        {
            throw new LogException(LogErrors.Bundle, TileFiles.Subject(path), $"{rest.Length} bytes follow its last entry");
        }

        return path.IsFull ? [] : bundle;
    }

    /// <summary>Hashes all full tiles of the upper levels and the newest of level 0; loading checks a tile against the one above.</summary>
    private static void CheckTiles(TileTree tree, ulong size, int newest)
    {
        for (int level = TileTree.Levels - 1; level >= 0; level--)
        {
            ulong end = TileTree.EdgePath(level, size).Number;
            ulong start = level == 0 ? end - Math.Min(end, (ulong)newest) : 0;
            for (ulong number = start; number < end; number++)
            {
                tree.Tile(level, number);
            }
        }
    }
}
