using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>
/// One entry of a log that says something about the node's keys, with its inclusion proof under the checkpoint of the bundle's
/// log proof (spec/receipt.md, "Bundle", key 8).
/// </summary>
public sealed class KeyEvent
{
    /// <summary>Most events in a bundle.</summary>
    public const int MaxCount = 64;

    private KeyEvent(ReadOnlyMemory<byte> entryBytes, LogEntry entry, ulong index, ImmutableArray<Digest32> path)
    {
        EntryBytes = entryBytes;
        Entry = entry;
        Index = index;
        Path = path;
    }

    /// <summary>The entry's CBOR: the data of its leaf.</summary>
    public ReadOnlyMemory<byte> EntryBytes { get; }

    /// <summary>The entry.</summary>
    public LogEntry Entry { get; }

    /// <summary>Place in the log, from 0.</summary>
    public ulong Index { get; }

    /// <summary>Siblings from the entry up to the checkpoint's root.</summary>
    public ImmutableArray<Digest32> Path { get; }

    /// <summary>Makes an event.</summary>
    /// <exception cref="ArgumentException">The entry can't be read, or the path is too long.</exception>
    public static KeyEvent Create(ReadOnlyMemory<byte> entryBytes, ulong index, ReadOnlySpan<Digest32> path)
    {
        LogEntry entry = LogEntry.TryDecode(entryBytes, out string? error) ?? throw new ArgumentException($"Not a log entry ({error}).", nameof(entryBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(path.Length, LogProof.MaxPath, nameof(path));
        return new KeyEvent(entryBytes, entry, index, [.. path]);
    }

    internal static List<KeyEvent> ReadAll(ref CborReader reader, ReadOnlyMemory<byte> source)
    {
        List<KeyEvent> events = [];
        int count = reader.ReadArrayHeader();
        if (count is 0 or > MaxCount)
        {
            reader.Fail(ReceiptErrors.BundleKeyEvents);
        }

        for (int left = count; left > 0 && reader.Error is null; left--)
        {
            reader.ReadArrayHeader(3);
            ReadOnlyMemory<byte> entryBytes = reader.ReadBytesOf(source);
            ulong index = reader.ReadUInt();
            ImmutableArray<Digest32> path = CborPaths.Read(ref reader, LogProof.MaxPath);
            if (reader.Error is not null)
            {
                break;
            }

            if (path.IsDefault || (events.Count > 0 && events[^1].Index >= index) || LogEntry.TryDecode(entryBytes, out _) is not { } entry)
            {
                reader.Fail(ReceiptErrors.BundleKeyEvents);
                break;
            }

            events.Add(new KeyEvent(entryBytes, entry, index, path));
        }

        return events;
    }

    internal static void WriteAll(CborWriter writer, IReadOnlyList<KeyEvent> events)
    {
        writer.WriteArrayHeader(events.Count);
        foreach (KeyEvent keyEvent in events)
        {
            writer.WriteArrayHeader(3);
            writer.WriteBytes(keyEvent.EntryBytes.Span);
            writer.WriteUInt(keyEvent.Index);
            CborPaths.Write(writer, keyEvent.Path.AsSpan());
        }
    }
}
