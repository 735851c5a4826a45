using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;

namespace Assay.Log.Storage;

/// <summary>
/// A row in a frame: kind (1 byte), length of the entry (2), the entry; then for a receipt its id (16), counter (8), length of the API key's
/// name (2) and the name, for an endorsement the receipt's id (16); for both the length of the record (4) and the record.
/// </summary>
internal static class JournalRow
{
    public const byte Bare = 0;
    public const byte Receipt = 1;
    public const byte Endorsement = 2;

    /// <summary>Kind and length of the entry.</summary>
    public const int HeadSize = 1 + sizeof(ushort);

    /// <summary>The length of a row's bytes.</summary>
    public static int LengthOf(LogRow row)
    {
        int length = HeadSize + row.Entry.Length;
        return row.Receipt is { } receipt
                ? checked(length + ReceiptId.Size + sizeof(ulong) + sizeof(ushort) + Encoding.UTF8.GetByteCount(receipt.ApiKey) + sizeof(int) + receipt.RecordLength)
            : row.Endorsement is { } endorsement ? checked(length + ReceiptId.Size + sizeof(int) + endorsement.Record.Length)
            : length;
    }

    /// <summary>Writes a row.</summary>
    /// <param name="destination">Exactly <see cref="LengthOf"/> bytes.</param>
    /// <param name="row">The row.</param>
    public static void Write(Span<byte> destination, LogRow row)
    {
        destination[0] = row.Receipt is not null ? Receipt : row.Endorsement is not null ? Endorsement : Bare;
        BinaryPrimitives.WriteUInt16BigEndian(destination[1..], checked((ushort)row.Entry.Length));
        row.Entry.CopyTo(destination[HeadSize..]);
        Span<byte> rest = destination[(HeadSize + row.Entry.Length)..];
        if (row.Receipt is { } receipt)
        {
            receipt.Id.CopyTo(rest);
            rest = rest[ReceiptId.Size..];
            BinaryPrimitives.WriteUInt64BigEndian(rest, receipt.Counter);
            int name = Encoding.UTF8.GetBytes(receipt.ApiKey, rest[(sizeof(ulong) + sizeof(ushort))..]);
            BinaryPrimitives.WriteUInt16BigEndian(rest[sizeof(ulong)..], checked((ushort)name));
            WriteRecord(rest[(sizeof(ulong) + sizeof(ushort) + name)..], receipt.Record, receipt.Rest.Span);
        }
        else if (row.Endorsement is { } endorsement)
        {
            endorsement.About.CopyTo(rest);
            WriteRecord(rest[ReceiptId.Size..], endorsement.Record, []);
        }
    }

    private static void WriteRecord(Span<byte> destination, ReadOnlySpan<byte> record, ReadOnlySpan<byte> rest)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, record.Length + rest.Length);
        record.CopyTo(destination[sizeof(int)..]);
        rest.CopyTo(destination[(sizeof(int) + record.Length)..]);
    }
}
