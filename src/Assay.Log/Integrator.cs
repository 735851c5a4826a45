using System.Buffers;
using Assay.Log.Checking;
using Assay.Log.Layout;
using Assay.Log.Storage;
using Assay.Log.Tree;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;

namespace Assay.Log;

/// <summary>
/// Brings committed entries into the tree and signs checkpoints. The order is the safety argument (spec/log.md):
/// entries are durable before tiles are made of them; tiles are durable before a checkpoint over them is signed; the
/// checkpoint is durable in the database, swapped for exactly the one before, before anyone sees it.
/// </summary>
/// <remarks>For one thread at a time. After an exception it may not be used again: what is on disk decides.</remarks>
internal sealed class Integrator(
    LogDatabase database, TileFiles files, TileTree tree, NoteSigner signer, LogCheckpoint checkpoint, byte[] lastBundle)
{
    // Entries read at once: bounds memory, and how long readers of the database wait.
    private const ulong ChunkEntries = 1024;

    private readonly ArrayBufferWriter<byte> _bundle = Filled(lastBundle);

    private volatile LogCheckpoint _checkpoint = checkpoint;

    /// <summary>The last published checkpoint. For any thread.</summary>
    public LogCheckpoint Checkpoint => _checkpoint;

    /// <summary>Called after each step with its name: where tests let the process die.</summary>
    public Action<string>? AfterStep { get; init; }

    /// <summary>Integrates the entries up to <paramref name="size"/>, all of them committed, and publishes a checkpoint.</summary>
    public void Run(ulong size)
    {
        LogCheckpoint current = _checkpoint;
        if (size == current.Size)
        {
            return;
        }

        while (tree.Size < size)
        {
            AppendChunk(Math.Min(size, tree.Size + ChunkEntries));
        }

        WritePartialTiles(current.Size);
        files.Sync();

        LogCheckpoint next = Sign();
        AfterStep?.Invoke("signed");
        if (!database.TryReplaceCheckpoint(current.Note.ToArray(), next.Size, next.Note.ToArray()))
        {
            throw new LogException(
                LogErrors.Fork, LogDatabase.FileName, "the checkpoint in the database isn't the one that this process wrote");
        }

        AfterStep?.Invoke("swapped");
        files.WriteCheckpoint(next.Note.Span);
        _checkpoint = next;
        DeleteCompletedPartials(current.Size);
    }

    private static ArrayBufferWriter<byte> Filled(byte[] content)
    {
        ArrayBufferWriter<byte> buffer = new(Math.Max(content.Length, 1));
        buffer.Write(content);
        return buffer;
    }

    private void AppendChunk(ulong to)
    {
        foreach (byte[] entry in database.ReadEntries(tree.Size, to))
        {
            tree.Append(MerkleTree.LeafHash(entry));
            EntryBundle.Append(_bundle, entry);
            if (tree.Size % TilePath.FullWidth == 0)
            {
                WriteFullTiles();
            }
        }
    }

    /// <summary>Writes the bundle and the hash tiles that the last entry completed.</summary>
    private void WriteFullTiles()
    {
        files.Write(new TilePath(TilePath.Entries, (tree.Size / TilePath.FullWidth) - 1, TilePath.FullWidth), _bundle.WrittenSpan);
        _bundle.ResetWrittenCount();
        for (int level = 0; TileTree.EdgePath(level, tree.Size) is { Width: 0, Number: > 0 } edge; level++)
        {
            TilePath path = new(level, edge.Number - 1, TilePath.FullWidth);
            files.Write(path, tree.Tile(level, path.Number).Encode(TilePath.FullWidth));
        }
    }

    /// <summary>Writes the growing bundle and those growing tiles that have changed since the last checkpoint.</summary>
    private void WritePartialTiles(ulong oldSize)
    {
        TilePath bundle = TileTree.EdgePath(0, tree.Size) with { Level = TilePath.Entries };
        if (bundle.Width > 0)
        {
            files.Write(bundle, _bundle.WrittenSpan);
        }

        for (int level = 0; TileTree.HashesAt(level, tree.Size) > TileTree.HashesAt(level, oldSize); level++)
        {
            TilePath path = TileTree.EdgePath(level, tree.Size);
            if (path.Width > 0)
            {
                files.Write(path, tree.Edge(level).Encode(path.Width));
            }
        }
    }

    private LogCheckpoint Sign()
    {
        Checkpoint head = new(signer.VerifierKey.Name, tree.Size, tree.Root(tree.Size));
        byte[] note = signer.Sign(head.Format()).Encode();

        // A signature that doesn't verify must not become the log's state: a wrong one can't be taken back.
        return SignedCheckpoint.TryRead(note, signer.VerifierKey, out string? error)
            ?? throw new LogException(LogErrors.Checkpoint, "signer", $"made a checkpoint that doesn't verify: {error}");
    }

    /// <summary>Deletes partial versions of tiles that are full in the published tree (C2SP tlog-tiles, "Partial Tiles").</summary>
    private void DeleteCompletedPartials(ulong oldSize)
    {
        for (int level = 0; level < TileTree.Levels; level++)
        {
            ulong end = TileTree.EdgePath(level, tree.Size).Number;
            for (ulong number = TileTree.EdgePath(level, oldSize).Number; number < end; number++)
            {
                TilePath path = new(level, number, TilePath.FullWidth);
                files.DeletePartials(path);
                if (level == 0)
                {
                    files.DeletePartials(path with { Level = TilePath.Entries });
                }
            }
        }

        AfterStep?.Invoke("partials deleted");
    }
}
