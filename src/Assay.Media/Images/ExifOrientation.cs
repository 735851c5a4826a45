using System.Buffers.Binary;

namespace Assay.Media.Images;

/// <summary>The one field of EXIF that matters here: which way up a camera was held.</summary>
internal static class ExifOrientation
{
    private const ushort OrientationTag = 0x0112;
    private const ushort ShortType = 3;

    /// <summary>Of a TIFF header with its first directory; 1 (upright) if there is none or it can't be read.</summary>
    internal static int Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("II"u8) || tiff.StartsWith("MM"u8)))
        {
            return 1;
        }

        bool little = tiff[0] == 'I';
        uint at = U32(tiff[4..], little);
        if (U16(tiff[2..], little) != 42 || at > (uint)tiff.Length - 2)
        {
            return 1;
        }

        int entries = U16(tiff[(int)at..], little);
        ReadOnlySpan<byte> directory = tiff[((int)at + 2)..];
        for (int i = 0; i < entries && directory.Length >= 12; i++, directory = directory[12..])
        {
            if (U16(directory, little) == OrientationTag)
            {
                return U16(directory[2..], little) == ShortType && U32(directory[4..], little) == 1 ? U16(directory[8..], little) : 1;
            }
        }

        return 1;
    }

    /// <summary>Of a JPEG file's APP1 segment, if it has one before its first scan.</summary>
    internal static int ReadJpeg(ReadOnlySpan<byte> jpeg)
    {
        int at = 2;
        while (at + 4 <= jpeg.Length && jpeg[at] == 0xFF && jpeg[at + 1] is not 0xDA and not 0xD9)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 2 || at + 2 + length > jpeg.Length)
            {
                return 1;
            }

            ReadOnlySpan<byte> segment = jpeg.Slice(at + 4, length - 2);
            if (jpeg[at + 1] == 0xE1 && segment.StartsWith("Exif\0\0"u8))
            {
                return Read(segment[6..]);
            }

            at += 2 + length;
        }

        return 1;
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint U32(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
