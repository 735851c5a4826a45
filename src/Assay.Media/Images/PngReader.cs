using System.Buffers.Binary;
using System.IO.Compression;

namespace Assay.Media.Images;

/// <summary>
/// PNG (ISO/IEC 15948): all colour types, depths and Adam7. Check sums are checked; an unknown critical chunk is refused.
/// Own code and not libpng's: managed memory for hostile bytes, and the same pixels wherever .NET runs.
/// </summary>
internal static class PngReader
{
    // No deflate stream gives more than 1032 bytes for one.
    private const long MostDeflate = 1040;

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    internal static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    internal static Picture? Read(ReadOnlyMemory<byte> file, MediaLimits limits, out MediaError? error)
    {
        PngHeader? header = null;
        ReadOnlyMemory<byte> palette = default, transparency = default;
        List<ReadOnlyMemory<byte>> data = [];
        int orientation = 1, at = 8;
        bool isEnded = false;
        while (!isEnded)
        {
            if (Chunk(file, at, out string type, out ReadOnlyMemory<byte> body, out error) is not true)
            {
                return null;
            }

            at += 12 + body.Length;
            switch (type)
            {
                case "IHDR" when header is null:
                    header = PngHeader.Read(body.Span, limits, out error);
                    if (header is null)
                    {
                        return null;
                    }

                    break;
                case "PLTE" when header is not null && body.Length is > 0 and <= 768 && body.Length % 3 == 0:
                    palette = body;
                    break;
                case "IDAT" when header is not null:
                    data.Add(body);
                    break;
                case "IEND" when header is not null:
                    isEnded = true;
                    break;
                case "tRNS" when header is not null:
                    transparency = body;
                    break;
                case "eXIf":
                    orientation = ExifOrientation.Read(body.Span);
                    break;
                default:
                    // A capital letter first: whoever doesn't know the chunk can't show the picture.
                    if (header is null || char.IsAsciiLetterUpper(type[0]))
                    {
                        error = new MediaError(MediaErrors.Malformed, $"The PNG has a chunk '{type}' where it can't stand.");
                        return null;
                    }

                    break;
            }
        }

        return Decode(header!, palette, transparency, data, out error)?.Oriented(orientation);
    }

    private static bool Chunk(ReadOnlyMemory<byte> file, int at, out string type, out ReadOnlyMemory<byte> body, out MediaError? error)
    {
        type = "";
        body = default;
        error = new MediaError(MediaErrors.Truncated, "The PNG ends before its last chunk.");
        ReadOnlySpan<byte> left = file.Span[at..];
        if (left.Length < 12)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(left);
        if (length > (uint)left.Length - 12)
        {
            return false;
        }

        ReadOnlySpan<byte> name = left.Slice(4, 4);
        body = file.Slice(at + 8, (int)length);
        foreach (byte letter in name)
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                error = new MediaError(MediaErrors.Malformed, "The PNG has a chunk without a name.");
                return false;
            }
        }

        if (Crc32.Of(name, body.Span) != BinaryPrimitives.ReadUInt32BigEndian(left[(8 + (int)length)..]))
        {
            error = new MediaError(MediaErrors.Malformed, "A check sum of the PNG is wrong: the file is damaged.");
            return false;
        }

        type = System.Text.Encoding.ASCII.GetString(name);
        error = null;
        return true;
    }

    private static Picture? Decode(PngHeader header, ReadOnlyMemory<byte> palette, ReadOnlyMemory<byte> transparency, List<ReadOnlyMemory<byte>> data, out MediaError? error)
    {
        long packed = data.Sum(static d => (long)d.Length);
        if (header.Stride(header.Width) * header.Height > MostDeflate * packed)
        {
            error = new MediaError(MediaErrors.Truncated, $"{packed:N0} bytes of data can't hold {header.Width}x{header.Height} pixels.");
            return null;
        }

        if (header.Colour == 3 && palette.IsEmpty)
        {
            error = new MediaError(MediaErrors.Malformed, "The PNG has no palette.");
            return null;
        }

        byte[] joined = GC.AllocateUninitializedArray<byte>((int)packed);
        int at = 0;
        foreach (ReadOnlyMemory<byte> part in data)
        {
            part.CopyTo(joined.AsMemory(at));
            at += part.Length;
        }

        try
        {
            using ZLibStream pixels = new(new MemoryStream(joined), CompressionMode.Decompress);
            return Passes(header, new PngPixels(header, palette.Span, transparency.Span), pixels, out error);
        }
        catch (InvalidDataException e)
        {
            error = new MediaError(MediaErrors.Malformed, $"The PNG's data can't be unpacked: {e.Message}");
            return null;
        }
    }

    private static Picture? Passes(PngHeader header, PngPixels pixels, ZLibStream stream, out MediaError? error)
    {
        byte[] rgb = GC.AllocateUninitializedArray<byte>(3 * header.Width * header.Height);
        int unit = Math.Max(1, header.Channels * header.Depth / 8);
        foreach ((int x0, int y0, int stepX, int stepY) in header.IsInterlaced ? PngHeader.Adam7 : PngHeader.Whole)
        {
            int columns = (header.Width - x0 + stepX - 1) / stepX;
            int rows = (header.Height - y0 + stepY - 1) / stepY;
            if (columns <= 0 || rows <= 0)
            {
                continue;
            }

            byte[] row = new byte[1 + (int)header.Stride(columns)];
            byte[] above = new byte[row.Length];
            for (int y = 0; y < rows; y++)
            {
                (row, above) = (above, row);
                if (stream.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length)
                {
                    error = new MediaError(MediaErrors.Truncated, "The PNG's data end before its last row.");
                    return null;
                }

                if (!Unfilter(row[0], row.AsSpan(1), above.AsSpan(1), unit))
                {
                    error = new MediaError(MediaErrors.Malformed, $"The PNG has a filter {row[0]}.");
                    return null;
                }

                if (!pixels.Write(row.AsSpan(1), columns, rgb.AsSpan(3 * (y0 + y * stepY) * header.Width), x0, stepX))
                {
                    error = new MediaError(MediaErrors.Malformed, "The PNG uses a colour that isn't in its palette.");
                    return null;
                }
            }
        }

        error = null;
        return new Picture(header.Width, header.Height, rgb);
    }

    private static bool Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int unit)
    {
        for (int i = 0; i < row.Length && filter is > 0 and <= 4; i++)
        {
            int left = i >= unit ? row[i - unit] : 0;
            row[i] += (byte)(filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) >> 1,
                _ => Paeth(left, above[i], i >= unit ? above[i - unit] : 0),
            });
        }

        return filter <= 4;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int estimate = left + up - corner;
        int byLeft = Math.Abs(estimate - left), byUp = Math.Abs(estimate - up), byCorner = Math.Abs(estimate - corner);
        return byLeft <= byUp && byLeft <= byCorner ? left : byUp <= byCorner ? up : corner;
    }
}
