using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Primitives.Merkle;

namespace Assay.Receipts;

/// <summary>An entry of a node's log with its place, and the path from there to the root of some checkpoint.</summary>
public abstract class LoggedEntry
{
    /// <summary>Most path entries.</summary>
    public const int MaxPath = 63;

    private protected LoggedEntry(ReadOnlyMemory<byte> entryBytes, LogEntry entry, ulong index, ImmutableArray<Digest32> path)
    {
        EntryBytes = entryBytes;
        Entry = entry;
        Index = index;
        Path = path;
    }

    // For entries of one's own.
    private protected LoggedEntry(ReadOnlyMemory<byte> entryBytes, ulong index, ReadOnlySpan<Digest32> path)
    {
        Entry = LogEntry.TryDecode(entryBytes, out string? error) ?? throw new ArgumentException($"Not a log entry ({error}).", nameof(entryBytes));
        if (path.Length > MaxPath)
        {
            throw new ArgumentException("The path is too long.", nameof(path));
        }

        EntryBytes = entryBytes;
        Index = index;
        Path = [.. path];
    }

    /// <summary>The entry's CBOR: the data of its leaf.</summary>
    public ReadOnlyMemory<byte> EntryBytes { get; }

    /// <summary>The entry.</summary>
    public LogEntry Entry { get; }

    /// <summary>Place in the log, from 0.</summary>
    public ulong Index { get; }

    /// <summary>Siblings from the entry up to the checkpoint's root.</summary>
    public ImmutableArray<Digest32> Path { get; }

    /// <summary>Whether the path leads from the entry to the root of a tree of that size.</summary>
    public bool IsIncludedIn(ulong size, in Digest32 root) =>
        MerkleVerifier.Inclusion(MerkleTree.LeafHash(EntryBytes.Span), Index, size, Path.AsSpan(), root) == CheckResult.Pass;

    /// <summary>Reads entry bytes, index and path, not looking into the entry.</summary>
    private protected static (ReadOnlyMemory<byte> EntryBytes, ulong Index, ImmutableArray<Digest32> Path) ReadPlace(ref CborReader reader, ReadOnlyMemory<byte> source, string pathError)
    {
        ReadOnlyMemory<byte> entryBytes = reader.ReadBytesOf(source);
        ulong index = reader.ReadUInt();
        ImmutableArray<Digest32> path = CborPaths.Read(ref reader, MaxPath);
        if (path.IsDefault)
        {
            reader.Fail(pathError);
        }

        return (entryBytes, index, path);
    }

    /// <summary>The entry; null after an error, which the reader keeps: the entry's own code, unless another is given.</summary>
    private protected static LogEntry? ReadEntry(ref CborReader reader, ReadOnlyMemory<byte> entryBytes, string? code = null)
    {
        string? error = null;
        LogEntry? entry = reader.Error is null ? LogEntry.TryDecode(entryBytes, out error) : null;
        if (error is not null)
        {
            reader.Fail(code ?? error);
        }

        return entry;
    }

    private protected void WritePlace(CborWriter writer)
    {
        writer.WriteBytes(EntryBytes.Span);
        writer.WriteUInt(Index);
        CborPaths.Write(writer, Path.AsSpan());
    }
}
