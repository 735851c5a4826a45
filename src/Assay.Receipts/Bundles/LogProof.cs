using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>What shows that a receipt is in the node's log (spec/receipt.md, "Bundle", key 7).</summary>
public sealed class LogProof
{
    /// <summary>Most path entries.</summary>
    public const int MaxPath = 63;

    /// <summary>Most bytes of a checkpoint.</summary>
    public const int MaxCheckpointLength = 16 * 1024;

    private LogProof(ReadOnlyMemory<byte> entryBytes, LogEntry entry, ulong index, ImmutableArray<Digest32> path, ReadOnlyMemory<byte> checkpoint)
    {
        EntryBytes = entryBytes;
        Entry = entry;
        Index = index;
        Path = path;
        Checkpoint = checkpoint;
    }

    /// <summary>The entry's CBOR: the data of its leaf.</summary>
    public ReadOnlyMemory<byte> EntryBytes { get; }

    /// <summary>The entry.</summary>
    public LogEntry Entry { get; }

    /// <summary>Place in the log, from 0.</summary>
    public ulong Index { get; }

    /// <summary>Siblings from the entry up to the checkpoint's root.</summary>
    public ImmutableArray<Digest32> Path { get; }

    /// <summary>The checkpoint: a signed note, not looked into.</summary>
    public ReadOnlyMemory<byte> Checkpoint { get; }

    /// <summary>Makes a log proof.</summary>
    /// <exception cref="ArgumentException">The entry can't be read, or path or checkpoint are too long.</exception>
    public static LogProof Create(ReadOnlyMemory<byte> entryBytes, ulong index, ReadOnlySpan<Digest32> path, ReadOnlyMemory<byte> checkpoint)
    {
        LogEntry entry = LogEntry.TryDecode(entryBytes, out string? error) ?? throw new ArgumentException($"Not a log entry ({error}).", nameof(entryBytes));
        if (path.Length > MaxPath || checkpoint.Length > MaxCheckpointLength)
        {
            throw new ArgumentException("The path or the checkpoint is too long.", nameof(path));
        }

        return new LogProof(entryBytes, entry, index, [.. path], checkpoint);
    }

    /// <summary>Reads a log proof; null after an error, which the reader keeps.</summary>
    internal static LogProof? Read(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        if (reader.ReadArrayHeader() != 4)
        {
            reader.Fail(ReceiptErrors.BundleLogProof);
        }

        ReadOnlyMemory<byte> entryBytes = reader.ReadBytesOf(source);
        ulong index = reader.ReadUInt();
        ImmutableArray<Digest32> path = CborPaths.Read(ref reader, MaxPath);
        ReadOnlyMemory<byte> checkpoint = reader.ReadBytesOf(source);
        if (path.IsDefault || checkpoint.Length > MaxCheckpointLength)
        {
            reader.Fail(ReceiptErrors.BundleLogProof);
        }

        if (reader.Error is not null)
        {
            return null;
        }

        if (LogEntry.TryDecode(entryBytes, out string? error) is not { } entry)
        {
            reader.Fail(error!);
            return null;
        }

        return new LogProof(entryBytes, entry, index, path, checkpoint);
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.WriteBytes(EntryBytes.Span);
        writer.WriteUInt(Index);
        CborPaths.Write(writer, Path.AsSpan());
        writer.WriteBytes(Checkpoint.Span);
    }
}
