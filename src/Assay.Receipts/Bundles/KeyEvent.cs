using System.Collections.Immutable;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Receipts;

/// <summary>
/// One entry of a log that says something about the node's keys, with its inclusion proof under the checkpoint of the bundle's
/// log proof (spec/receipt.md, "Bundle", key 8).
/// </summary>
public sealed class KeyEvent : LoggedEntry
{
    /// <summary>Most events in a bundle.</summary>
    public const int MaxCount = 64;

    private KeyEvent(ReadOnlyMemory<byte> entryBytes, LogEntry entry, ulong index, ImmutableArray<Digest32> path)
        : base(entryBytes, entry, index, path)
    {
    }

    private KeyEvent(ReadOnlyMemory<byte> entryBytes, ulong index, ReadOnlySpan<Digest32> path)
        : base(entryBytes, index, path)
    {
    }

    /// <summary>Makes an event.</summary>
    /// <exception cref="ArgumentException">The entry can't be read, or the path is too long.</exception>
    public static KeyEvent Create(ReadOnlyMemory<byte> entryBytes, ulong index, ReadOnlySpan<Digest32> path) => new(entryBytes, index, path);

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
            (ReadOnlyMemory<byte> entryBytes, ulong index, ImmutableArray<Digest32> path) = ReadPlace(ref reader, source, ReceiptErrors.BundleKeyEvents);
            if (events.Count > 0 && events[^1].Index >= index)
            {
                reader.Fail(ReceiptErrors.BundleKeyEvents);
            }

            if (ReadEntry(ref reader, entryBytes, ReceiptErrors.BundleKeyEvents) is { } entry)
            {
                events.Add(new KeyEvent(entryBytes, entry, index, path));
            }
        }

        return events;
    }

    internal static void WriteAll(CborWriter writer, IReadOnlyList<KeyEvent> events)
    {
        writer.WriteArrayHeader(events.Count);
        foreach (KeyEvent keyEvent in events)
        {
            writer.WriteArrayHeader(3);
            keyEvent.WritePlace(writer);
        }
    }
}
