using System.Buffers.Binary;
using System.IO.Compression;

namespace Assay.Media.Images;

/// <summary>Writes a picture as PNG: 8-bit colour, nothing but its pixels (no camera, place or time).</summary>
public static class PngWriter
{
    private const byte Up = 2;

    /// <summary>The file's bytes.</summary>
    public static byte[] Write(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        using MemoryStream file = new();
        file.Write(PngReader.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        header[8] = 8;
        header[9] = 2;
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Pack(picture));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Pack(Picture picture)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            int stride = 3 * picture.Width;
            byte[] row = new byte[1 + stride];
            row[0] = Up;
            ReadOnlySpan<byte> rgb = picture.Rgb.Span;
            for (int y = 0; y < picture.Height; y++)
            {
                ReadOnlySpan<byte> own = rgb.Slice(y * stride, stride);
                for (int i = 0; i < stride; i++)
                {
                    row[1 + i] = (byte)(own[i] - (y == 0 ? 0 : rgb[(y - 1) * stride + i]));
                }

                zlib.Write(row);
            }
        }

        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Of(type, data));
        file.Write(number);
    }
}
