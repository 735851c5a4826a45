using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Assay.Primitives;

namespace Assay.Log.Storage;

/// <summary>
/// Rows that became durable together, as the journal has them (spec/log.md, "Journal"): a head with a checksum over all that follows it,
/// then the rows. All numbers are big-endian.
/// </summary>
internal static class JournalFrame
{
    /// <summary>Magic (8 bytes), CRC-32C of what follows it (4), length of the rows (4), number of the first entry (8), time in Unix ms (8).</summary>
    public const int HeadSize = 32;

    private const int ChecksumAt = 8;
    private const int LengthAt = 12;
    private const int FirstAt = 16;
    private const int TimeAt = 24;

    private static ReadOnlySpan<byte> Magic => "assay/j1"u8;

    /// <summary>Completes a frame whose rows stand behind room for its head.</summary>
    public static void Seal(Span<byte> frame, ulong firstIndex, long createdMs)
    {
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteInt32BigEndian(frame[LengthAt..], frame.Length - HeadSize);
        BinaryPrimitives.WriteUInt64BigEndian(frame[FirstAt..], firstIndex);
        BinaryPrimitives.WriteInt64BigEndian(frame[TimeAt..], createdMs);
        BinaryPrimitives.WriteUInt32BigEndian(frame[ChecksumAt..], Checksum(frame[LengthAt..]));
    }

    /// <summary>The length of the whole frame by its head; null if it isn't a frame's.</summary>
    public static long? LengthOf(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadSize || !head.StartsWith(Magic))
        {
            return null;
        }

        int rows = BinaryPrimitives.ReadInt32BigEndian(head[LengthAt..]);
        return rows < 0 ? null : HeadSize + (long)rows;
    }

    /// <summary>Reads a frame; null if it isn't whole or isn't one.</summary>
    /// <param name="frame">All of its bytes.</param>
    /// <param name="position">Where it stands in the journal.</param>
    public static List<PendingRow>? TryRead(ReadOnlySpan<byte> frame, long position)
    {
        if (LengthOf(frame) != frame.Length || BinaryPrimitives.ReadUInt32BigEndian(frame[ChecksumAt..]) != Checksum(frame[LengthAt..]))
        {
            return null;
        }

        ulong index = BinaryPrimitives.ReadUInt64BigEndian(frame[FirstAt..]);
        long createdMs = BinaryPrimitives.ReadInt64BigEndian(frame[TimeAt..]);
        List<PendingRow> rows = [];
        Reader reader = new(frame, HeadSize);
        while (!reader.IsAtEnd)
        {
            if (reader.TryRow(index++, createdMs, position) is not { } row)
            {
                return null;
            }

            rows.Add(row);
        }

        return rows;
    }

    /// <summary>CRC-32C (Castagnoli), by the processor's instruction where there is one: it finds torn writes, not forgers.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte last in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, last);
        }

        return ~crc;
    }

    private ref struct Reader(ReadOnlySpan<byte> frame, int at)
    {
        private readonly ReadOnlySpan<byte> _frame = frame;
        private int _at = at;

        public readonly bool IsAtEnd => _at == _frame.Length;

        public PendingRow? TryRow(ulong index, long createdMs, long position)
        {
            if (!TryTake(JournalRow.HeadSize, out ReadOnlySpan<byte> head) || !TryTake(BinaryPrimitives.ReadUInt16BigEndian(head[1..]), out ReadOnlySpan<byte> entry))
            {
                return null;
            }

            PendingRow row = new() { Index = index, CreatedMs = createdMs, Entry = entry.ToArray() };
            if (head[0] == JournalRow.Bare)
            {
                return row;
            }

            if (head[0] is not (JournalRow.Receipt or JournalRow.Endorsement) || !TryTake(ReceiptId.Size, out ReadOnlySpan<byte> id))
            {
                return null;
            }

            row = row with { Id = ReceiptId.From(id) };
            if (head[0] == JournalRow.Receipt)
            {
                if (!TryTake(sizeof(ulong) + sizeof(ushort), out ReadOnlySpan<byte> numbers) || !TryTake(BinaryPrimitives.ReadUInt16BigEndian(numbers[sizeof(ulong)..]), out ReadOnlySpan<byte> key))
                {
                    return null;
                }

                row = row with { Counter = BinaryPrimitives.ReadUInt64BigEndian(numbers), ApiKey = Encoding.UTF8.GetString(key) };
            }

            if (!TryTake(sizeof(int), out ReadOnlySpan<byte> size))
            {
                return null;
            }

            row = row with { RecordAt = position + _at, RecordLength = BinaryPrimitives.ReadInt32BigEndian(size) };
            return TryTake(row.RecordLength, out _) ? row : null;
        }

        private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
        {
            bytes = default;
            if (count < 0 || count > _frame.Length - _at)
            {
                return false;
            }

            bytes = _frame.Slice(_at, count);
            _at += count;
            return true;
        }
    }
}
