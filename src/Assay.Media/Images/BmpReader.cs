using System.Buffers.Binary;

namespace Assay.Media.Images;

/// <summary>Windows bitmaps without compression: 8 bits with a palette, 24, and 32 (whose fourth byte is ignored).</summary>
internal static class BmpReader
{
    private const int HeaderStart = 14;
    private const int ShortestHeader = 40;

    internal static bool Begins(ReadOnlySpan<byte> file) => file.Length >= 2 && file[0] == 'B' && file[1] == 'M';

    internal static Picture? Read(ReadOnlySpan<byte> file, MediaLimits limits, out MediaError? error)
    {
        if (file.Length < HeaderStart + ShortestHeader)
        {
            error = new MediaError(MediaErrors.Truncated, "The file ends within its header.");
            return null;
        }

        uint start = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]);
        ReadOnlySpan<byte> header = file[HeaderStart..];
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        int width = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        long signedHeight = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(header[14..]);
        uint compression = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        uint colours = BinaryPrimitives.ReadUInt32LittleEndian(header[32..]);
        bool isTopDown = signedHeight < 0;
        error = length is not (ShortestHeader or 52 or 56 or 108 or 124) ? new MediaError(MediaErrors.Unsupported, $"A bitmap with a header of {length} bytes isn't read.", "Save it as PNG.")
            : bits is not (8 or 24 or 32) || compression != 0 ? new MediaError(MediaErrors.Unsupported, $"A bitmap of {bits} bits with compression {compression} isn't read; 8, 24 and 32 bits without compression are.", "Save it as PNG.")
            : Picture.Check(width, Math.Abs(signedHeight), limits);
        if (error is not null)
        {
            return null;
        }

        int height = (int)Math.Abs(signedHeight);
        long stride = ((long)width * bits + 31) / 32 * 4;
        int paletteAt = HeaderStart + (int)length;
        int paletteSize = bits != 8 ? 0 : colours == 0 ? 256 : (int)Math.Min(colours, 257);
        if (paletteSize > 256 || start < paletteAt + 4L * paletteSize)
        {
            error = new MediaError(MediaErrors.Malformed, "The bitmap's palette doesn't fit before its pixels.");
            return null;
        }

        if (start + stride * height > file.Length)
        {
            error = new MediaError(MediaErrors.Truncated, "The file ends before its last row.");
            return null;
        }

        byte[] rgb = GC.AllocateUninitializedArray<byte>(3 * width * height);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = file.Slice((int)(start + stride * (isTopDown ? y : height - 1 - y)), (int)stride);
            Span<byte> to = rgb.AsSpan(3 * width * y, 3 * width);
            for (int x = 0; x < width; x++)
            {
                if (bits == 8 && row[x] >= paletteSize)
                {
                    error = new MediaError(MediaErrors.Malformed, $"Pixel {x},{y} has colour {row[x]} of {paletteSize}.");
                    return null;
                }

                ReadOnlySpan<byte> bgr = bits == 8 ? file.Slice(paletteAt + 4 * row[x], 3) : row.Slice(x * bits / 8, 3);
                to[3 * x] = bgr[2];
                to[3 * x + 1] = bgr[1];
                to[3 * x + 2] = bgr[0];
            }
        }

        return new Picture(width, height, rgb);
    }
}
