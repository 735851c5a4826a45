namespace Assay.Models.Import;

/// <summary>Protocol Buffers' variable-length integers, for the scans that look at a file before it is decoded.</summary>
internal static class Varint
{
    /// <summary>Reads one and moves on; false where the bytes end or it has more than ten.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int position, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 70 && position < bytes.Length; shift += 7)
        {
            byte b = bytes[position++];
            value |= (ulong)(b & 127) << shift;
            if (b < 128)
            {
                return true;
            }
        }

        return false;
    }
}
