using System.Buffers;
using System.Buffers.Binary;

namespace Assay.Log.Layout;

/// <summary>An entry bundle (C2SP tlog-tiles): entries one after the other, each behind its length as a big-endian u16.</summary>
internal static class EntryBundle
{
    /// <summary>The most bytes that a full bundle can have.</summary>
    public const int MaxBytes = TilePath.FullWidth * (2 + TiledLog.MaxEntryBytes);

    /// <summary>Appends an entry of at most <see cref="TiledLog.MaxEntryBytes"/>.</summary>
    public static void Append(IBufferWriter<byte> bundle, ReadOnlySpan<byte> entry)
    {
        Span<byte> length = bundle.GetSpan(2);
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)entry.Length));
        bundle.Advance(2);
        bundle.Write(entry);
    }

    /// <summary>Takes the next entry off the front of a bundle; false if there is none or it is cut short.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> bundle, out ReadOnlySpan<byte> entry)
    {
        entry = default;
        if (bundle.Length < 2)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(bundle);
        if (bundle.Length - 2 < length)
        {
            return false;
        }

        entry = bundle.Slice(2, length);
        bundle = bundle[(2 + length)..];
        return true;
    }

    /// <summary>The length in bytes of the first <paramref name="count"/> entries; -1 if the bundle has fewer.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bundle, int count)
    {
        ReadOnlySpan<byte> rest = bundle;
        for (int i = 0; i < count; i++)
        {
            if (!TryTake(ref rest, out _))
            {
                return -1;
            }
        }

        return bundle.Length - rest.Length;
    }
}
