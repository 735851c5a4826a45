using System.Buffers.Binary;
using Assay.Media.Images;
using Assay.Testing;

namespace Assay.Media.Tests;

public sealed class ImageReaderTests
{
    // Enough for every vector; a header that claims more is refused before memory is taken.
    private static readonly MediaLimits Small = new() { Pixels = 1 << 14, FileBytes = 1 << 20 };
    private static readonly FuzzLimits Bounds = new(1 << 20, 200, TimeSpan.FromMilliseconds(100));

    [Theory]
    [InlineData("png-", 31)]
    [InlineData("bmp-", 6)]
    [InlineData("p", 36)]
    public void Pixels_AreThoseOfAnIndependentDecoder(string prefix, int atLeast) => Compare(prefix, atLeast);

    [JpegFact]
    public void Jpeg_PixelsAndOrientation_AreThoseOfPil() => Compare("jpeg-", 11);

    [Fact]
    public void EveryTruncation_IsAnErrorWithACode()
    {
        foreach (PictureVectors.Vector vector in PictureVectors.All)
        {
            int step = vector.Name.StartsWith("jpeg", StringComparison.Ordinal) ? 7 : 1;
            for (int length = 0; length < vector.File.Length; length += step)
            {
                Picture? picture = ImageReader.TryRead(vector.File.AsMemory(0, length), out MediaError? error, Small);
                // The last number of a text picture may lose a digit, its end of line, or a JPEG its end mark: nothing is missing then.
                Assert.True(picture is null == error is not null, vector.Name);
                Assert.True(picture is null || length >= vector.File.Length - 3, $"{vector.Name} cut to {length} of {vector.File.Length}");
                Assert.True(error is null || error.Code.StartsWith("media/", StringComparison.Ordinal));
            }
        }
    }

    [Fact]
    public void Png_MutatedBytes_NeverThrow() => Fuzz(PictureVectors.Files("png-"), fixSums: true);

    [Fact]
    public void BmpAndPnm_MutatedBytes_NeverThrow() => Fuzz([.. PictureVectors.Files("bmp-"), .. PictureVectors.Files("ppm-"), .. PictureVectors.Files("pgm-")], fixSums: false);

    [JpegFact]
    public void Jpeg_MutatedBytes_NeverThrowNorCrash() => Fuzz([PictureVectors.File("jpeg-420"), PictureVectors.File("jpeg-progressive"), PictureVectors.File("jpeg-exif-6")], fixSums: false);

    [Fact]
    public void Bombs_AreRefusedBeforeMemoryIsTaken()
    {
        byte[] png = Sized(PictureVectors.File("png-2-8"), 65_000, 900);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(ImageReader.TryRead(png, out MediaError? error));
        Assert.Equal(MediaErrors.Truncated, error!.Code);
        foreach ((int width, int height) in new[] { (65_535, 65_535), (int.MaxValue, 1), (1, 65_536), (0, 5), (-1, -1) })
        {
            Assert.Null(ImageReader.TryRead(Sized(png, width, height), out error));
            Assert.Equal(width is > 0 ? MediaErrors.TooLarge : width == 0 ? MediaErrors.Malformed : MediaErrors.TooLarge, error!.Code);
        }

        Assert.Null(ImageReader.TryRead("P5 65000 65000 255\n0"u8.ToArray(), out error));
        Assert.Equal(MediaErrors.TooLarge, error!.Code);
        Assert.Null(ImageReader.TryRead("P5 8000 8000 255\n0"u8.ToArray(), out error));
        Assert.Equal(MediaErrors.Truncated, error!.Code);
        Assert.Null(ImageReader.TryRead("P2 99999999999 1 255\n0"u8.ToArray(), out error));
        Assert.Equal(MediaErrors.Malformed, error!.Code);
        byte[] bmp = PictureVectors.File("bmp-24")[..];
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), int.MinValue);
        Assert.Null(ImageReader.TryRead(bmp, out error));
        Assert.Equal(MediaErrors.TooLarge, error!.Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Assert.Null(ImageReader.TryRead(new byte[100], out error, new MediaLimits { FileBytes = 99 }));
        Assert.Equal(MediaErrors.TooLarge, error!.Code);
        Assert.Null(ImageReader.TryRead("GIF89a"u8.ToArray(), out error));
        Assert.Equal(MediaErrors.Unknown, error!.Code);
    }

    [Fact]
    public void PngWriter_WritesWhatThePngReaderReads()
    {
        Picture picture = ImageReader.TryRead(PictureVectors.File("png-2-16"), out _)!;
        Picture again = ImageReader.TryRead(PngWriter.Write(picture), out _)!;
        Assert.True(again.Rgb.Span.SequenceEqual(picture.Rgb.Span) && again.Width == picture.Width);
    }

    private static void Compare(string prefix, int atLeast)
    {
        int seen = 0;
        foreach (PictureVectors.Vector vector in PictureVectors.All.Where(v => v.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            Picture? picture = ImageReader.TryRead(vector.File, out MediaError? error);
            Assert.True(picture is not null, $"{vector.Name}: {error}");
            Assert.True(ImageReader.IsImage(vector.File));
            Assert.Equal((vector.Width, vector.Height), (picture.Width, picture.Height));
            for (int i = 0; i < vector.Rgb.Length; i++)
            {
                Assert.True(Math.Abs(vector.Rgb[i] - picture.Rgb.Span[i]) <= vector.Tolerance, $"{vector.Name}: byte {i} is {picture.Rgb.Span[i]}, not {vector.Rgb[i]}");
            }

            seen++;
        }

        Assert.True(seen >= atLeast, $"{seen} of {prefix}");
    }

    private static void Fuzz(IReadOnlyList<byte[]> seeds, bool fixSums)
    {
        int count = 0;
        FuzzSummary summary = FuzzRun.Run(seeds, bytes =>
        {
            // Else hardly anything gets past the check sums.
            Picture? picture = ImageReader.TryRead(fixSums && count++ % 2 == 0 ? WithSums(bytes) : bytes, out MediaError? error, Small);
            Assert.True(picture is null == error is not null);
            return picture is not null;
        }, Bounds, oneOf: 4);
        Assert.True(summary.Accepted > 0 && summary.Refused > 0);
    }

    private static byte[] Sized(byte[] png, int width, int height)
    {
        byte[] sized = [.. png];
        BinaryPrimitives.WriteInt32BigEndian(sized.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(sized.AsSpan(20), height);
        return WithSums(sized);
    }

    private static byte[] WithSums(byte[] png)
    {
        byte[] bytes = [.. png];
        for (int at = 8; bytes.Length - at >= 12;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > (uint)(bytes.Length - at - 12))
            {
                break;
            }

            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at + 8 + (int)length), Crc32.Of(bytes.AsSpan(at + 4, 4), bytes.AsSpan(at + 8, (int)length)));
            at += 12 + (int)length;
        }

        return bytes;
    }
}
