using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>What shows that a receipt is in the node's log (spec/receipt.md, "Bundle", key 7).</summary>
public sealed class LogProof : LoggedEntry
{
    /// <summary>Most bytes of a checkpoint.</summary>
    public const int MaxCheckpointLength = 16 * 1024;

    private LogProof(ReadOnlyMemory<byte> entryBytes, LogEntry entry, ulong index, ImmutableArray<Digest32> path, ReadOnlyMemory<byte> checkpoint)
        : base(entryBytes, entry, index, path)
    {
        Checkpoint = checkpoint;
    }

    private LogProof(ReadOnlyMemory<byte> entryBytes, ulong index, ReadOnlySpan<Digest32> path, ReadOnlyMemory<byte> checkpoint)
        : base(entryBytes, index, path)
    {
        Checkpoint = checkpoint;
    }

    /// <summary>The checkpoint: a signed note, not looked into.</summary>
    public ReadOnlyMemory<byte> Checkpoint { get; }

    /// <summary>Makes a log proof.</summary>
    /// <exception cref="ArgumentException">The entry can't be read, or path or checkpoint are too long.</exception>
    public static LogProof Create(ReadOnlyMemory<byte> entryBytes, ulong index, ReadOnlySpan<Digest32> path, ReadOnlyMemory<byte> checkpoint)
    {
        return checkpoint.Length <= MaxCheckpointLength
            ? new LogProof(entryBytes, index, path, checkpoint)
            : throw new ArgumentException("The checkpoint is too long.", nameof(checkpoint));
    }

    /// <summary>Reads a log proof; null after an error, which the reader keeps.</summary>
    internal static LogProof? Read(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        if (reader.ReadArrayHeader() != 4)
        {
            reader.Fail(ReceiptErrors.BundleLogProof);
        }

        (ReadOnlyMemory<byte> entryBytes, ulong index, ImmutableArray<Digest32> path) = ReadPlace(ref reader, source, ReceiptErrors.BundleLogProof);
        ReadOnlyMemory<byte> checkpoint = reader.ReadBytesOf(source);
        if (checkpoint.Length > MaxCheckpointLength)
        {
            reader.Fail(ReceiptErrors.BundleLogProof);
        }

        return ReadEntry(ref reader, entryBytes) is { } entry ? new LogProof(entryBytes, entry, index, path, checkpoint) : null;
    }

    internal void Write(CborWriter writer)
    {
        writer.WriteArrayHeader(4);
        WritePlace(writer);
        writer.WriteBytes(Checkpoint.Span);
    }
}
