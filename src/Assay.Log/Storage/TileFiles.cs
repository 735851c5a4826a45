using Assay.Files;
using Assay.Log.Layout;
using Assay.Primitives;

namespace Assay.Log.Storage;

/// <summary>The public part of a log's folder: checkpoint, hash tiles and entry bundles, laid out as they are served.</summary>
internal sealed class TileFiles(DurableFiles files)
{
    /// <summary>The folder, in the log's folder.</summary>
    public const string Folder = "public";

    /// <summary>The checkpoint's name in it.</summary>
    public const string CheckpointName = "checkpoint";

    /// <summary>The checkpoint file, relative to the log's folder.</summary>
    public const string CheckpointPath = Folder + "/" + CheckpointName;

    private const int MaxCheckpointBytes = 32 * 1024;

    /// <summary>The tile's file, relative to the log's folder.</summary>
    public static string Subject(TilePath path) => $"{Folder}/{path}";

    /// <summary>The most bytes that the file may have.</summary>
    public static int MaxBytes(TilePath path) =>
        path.Level == TilePath.Entries ? EntryBundle.MaxBytes : TilePath.FullWidth * Digest32.Size;

    /// <summary>The published checkpoint; null if there is none.</summary>
    public byte[]? ReadCheckpoint() => files.TryRead(CheckpointPath, MaxCheckpointBytes);

    /// <summary>Publishes a checkpoint, durably.</summary>
    public void WriteCheckpoint(ReadOnlySpan<byte> note)
    {
        files.Write(CheckpointPath, note);
        files.SyncFolders();
    }

    /// <summary>The file as it is; null if there is none or it is too long.</summary>
    public byte[]? TryRead(TilePath path) => files.TryRead(Subject(path), MaxBytes(path));

    /// <summary>
    /// The file's content cut to the path's width. A partial tile that is gone is read from the full one: a checker
    /// in another process may come late.
    /// </summary>
    public byte[]? TryReadPrefix(TilePath path)
    {
        byte[]? bytes = TryRead(path);
        if (bytes is not null || path.IsFull || TryRead(path with { Width = TilePath.FullWidth }) is not { } full)
        {
            return bytes;
        }

        int length = path.Level == TilePath.Entries ? EntryBundle.LengthOf(full, path.Width) : path.Width * Digest32.Size;
        return length < 0 || length > full.Length ? full : full[..length];
    }

    /// <summary>The partial versions of a tile that are there.</summary>
    public List<TilePath> ListPartials(TilePath path)
    {
        List<TilePath> partials = [];
        string folder = $"{Folder}/{path.PartialFolder()}";
        foreach (string name in files.List(folder))
        {
            if (TilePath.TryParse($"{path.PartialFolder()}/{name}", out TilePath partial))
            {
                partials.Add(partial);
            }
        }

        return partials;
    }

    /// <summary>A full hash tile.</summary>
    /// <exception cref="LogException">It isn't there or hasn't its size.</exception>
    public byte[] ReadFullTile(TilePath path)
    {
        byte[] bytes = TryRead(path)
            ?? throw new LogException(LogErrors.TileMissing, Subject(path), "the file isn't there");
        return bytes.Length == MaxBytes(path)
            ? bytes
            : throw new LogException(LogErrors.Tile, Subject(path), $"it has {bytes.Length} bytes instead of {MaxBytes(path)}");
    }

    /// <summary>Writes a tile. Its name is durable after <see cref="Sync"/>.</summary>
    /// <exception cref="LogException">It exists with another content.</exception>
    public void Write(TilePath path, ReadOnlySpan<byte> content)
    {
        // A crash may have left the same tile. A different one means that entries which were once
        // staged were lost and others got their numbers: the storage went back in time.
        if (TryRead(path) is { } existing && !content.SequenceEqual(existing))
        {
            throw new LogException(
                LogErrors.TileConflict, Subject(path), "it exists with another content: committed entries were lost");
        }

        files.Write(Subject(path), content);
    }

    /// <summary>Makes the names of all written tiles durable.</summary>
    public void Sync() => files.SyncFolders();

    /// <summary>Deletes the partial versions of a tile.</summary>
    public void DeletePartials(TilePath path) => files.DeleteFolder($"{Folder}/{path.PartialFolder()}");
}
