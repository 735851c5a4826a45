using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Assay.Primitives;

namespace Assay.Log.Storage;

/// <summary>
/// Rows that became durable together, as the journal has them (spec/log.md, "Journal"): a head with its own checksum and one over the
/// rows, then the rows. All numbers are big-endian.
/// </summary>
internal static class JournalFrame
{
    /// <summary>
    /// The journal's salt (8 bytes), CRC-32C of the rest of the head (4), CRC-32C of the rows (4), their length (4), number of the first entry
    /// (8), time in Unix ms (8).
    /// </summary>
    public const int HeadSize = 36;

    /// <summary>Random for each journal, so that nobody can have bytes logged that look like a frame's head.</summary>
    public const int SaltSize = 8;

    private const int HeadChecksumAt = SaltSize;
    private const int ChecksumAt = 12;
    private const int LengthAt = 16;
    private const int FirstAt = 20;
    private const int TimeAt = 28;

    /// <summary>Completes a frame whose rows stand behind room for its head.</summary>
    public static void Seal(Span<byte> frame, ReadOnlySpan<byte> salt, ulong firstIndex, long createdMs)
    {
        salt.CopyTo(frame);
        BinaryPrimitives.WriteUInt32BigEndian(frame[ChecksumAt..], Checksum(frame[HeadSize..]));
        BinaryPrimitives.WriteInt32BigEndian(frame[LengthAt..], frame.Length - HeadSize);
        BinaryPrimitives.WriteUInt64BigEndian(frame[FirstAt..], firstIndex);
        BinaryPrimitives.WriteInt64BigEndian(frame[TimeAt..], createdMs);
        BinaryPrimitives.WriteUInt32BigEndian(frame[HeadChecksumAt..], Checksum(frame[ChecksumAt..HeadSize]));
    }

    /// <summary>The length of the whole frame and the number of its first entry by its head; null if it isn't a head of that journal as it was written.</summary>
    public static (long Length, ulong FirstIndex)? ReadHead(ReadOnlySpan<byte> head, ReadOnlySpan<byte> salt)
    {
        if (salt.Length != SaltSize || head.Length < HeadSize || !head.StartsWith(salt)
            || BinaryPrimitives.ReadUInt32BigEndian(head[HeadChecksumAt..]) != Checksum(head[ChecksumAt..HeadSize]))
        {
            return null;
        }

        int rows = BinaryPrimitives.ReadInt32BigEndian(head[LengthAt..]);
        return rows < 0 ? null : (HeadSize + (long)rows, BinaryPrimitives.ReadUInt64BigEndian(head[FirstAt..]));
    }

    /// <summary>Reads a frame; null if it isn't whole or isn't one.</summary>
    /// <param name="frame">All of its bytes.</param>
    /// <param name="salt">The journal's.</param>
    /// <param name="position">Where it stands in the journal.</param>
    public static List<PendingRow>? TryRead(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> salt, long position)
    {
        if (ReadHead(frame, salt) is not { } head || head.Length != frame.Length
            || BinaryPrimitives.ReadUInt32BigEndian(frame[ChecksumAt..]) != Checksum(frame[HeadSize..]))
        {
            return null;
        }

        ulong index = head.FirstIndex;
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
    public static uint Checksum(ReadOnlySpan<byte> bytes)
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
