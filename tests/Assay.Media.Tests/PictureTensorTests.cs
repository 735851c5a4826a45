using System.Collections.Immutable;
using System.Numerics;
using Assay.Media.Images;
using Assay.Models.Presentation;

namespace Assay.Media.Tests;

public sealed class PictureTensorTests
{
    private static readonly Picture Noise = ImageReader.TryRead(PictureVectors.File("png-2-8"), out _)!;

    /// <summary>The formula of the specification, in exact fractions.</summary>
    [Theory]
    [InlineData(5, 4)]
    [InlineData(13, 9)]
    [InlineData(31, 20)]
    [InlineData(2, 30)]
    [InlineData(1, 1)]
    public void Resize_IsTheFormula(int width, int height)
    {
        PictureInput form = new("x", PictureLayout.Hwc, PictureColour.Rgb, PictureFit.Stretch, [0], [255]);
        float[] tensor = PictureTensor.Make(Noise, form, [height, width, 3]);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < 3; c++)
                {
                    BigInteger sum = 0, total = 0;
                    for (int j = 0; j < Noise.Height; j++)
                    {
                        for (int i = 0; i < Noise.Width; i++)
                        {
                            BigInteger weight = Weight(j, y, Noise.Height, height) * (BigInteger)Weight(i, x, Noise.Width, width);
                            sum += weight * Noise.Rgb.Span[3 * (j * Noise.Width + i) + c];
                            total += weight;
                        }
                    }

                    Assert.Equal((double)sum / (double)total, (double)tensor[(y * width + x) * 3 + c], 1e-4);
                }
            }
        }
    }

    [Fact]
    public void SameSize_ChangesNothing_AndChannelsGoWhereTheyBelong()
    {
        float[] hwc = PictureTensor.Make(Noise, new("x", PictureLayout.Hwc, PictureColour.Rgb, PictureFit.Stretch, [0], [255]), [9, 13, 3]);
        float[] bgr = PictureTensor.Make(Noise, new("x", PictureLayout.Chw, PictureColour.Bgr, PictureFit.Letterbox, [-1, 0, 0], [1, 1, 2]), [3, 9, 13]);
        float[] ink = PictureTensor.Make(Noise, new("x", PictureLayout.Chw, PictureColour.Grey, PictureFit.Stretch, [16], [0]), [1, 9, 13]);
        for (int i = 0; i < 117; i++)
        {
            ReadOnlySpan<byte> rgb = Noise.Rgb.Span.Slice(3 * i, 3);
            Assert.Equal((rgb[0], rgb[1], rgb[2]), ((byte)hwc[3 * i], (byte)hwc[3 * i + 1], (byte)hwc[3 * i + 2]));
            Assert.Equal((float)(-1 + rgb[2] / 255.0 * 2), bgr[i]);
            Assert.Equal((float)(rgb[1] / 255.0), bgr[117 + i]);
            Assert.Equal((float)(rgb[0] / 255.0 * 2), bgr[234 + i]);
            Assert.Equal(16 - 16 * (0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]) / 255, ink[i], 5);
        }
    }

    [Fact]
    public void Letterbox_KeepsProportions_WithBarsInTheMiddle()
    {
        Picture white = new(40, 20, [.. Enumerable.Repeat((byte)255, 2400)]);
        float[] boxed = PictureTensor.Make(white, new("x", PictureLayout.Chw, PictureColour.Grey, PictureFit.Letterbox, [0], [1], 51), [1, 8, 8]);
        Assert.Equal(0.2f, boxed[0]);
        Assert.Equal(1f, boxed[4 * 8]);
        Assert.Equal(0.2f, boxed[63]);
        Picture narrow = new(10, 20, [.. Enumerable.Repeat((byte)255, 600)]);
        float[] right = PictureTensor.Make(narrow, new("x", PictureLayout.Chw, PictureColour.Grey, PictureFit.Height, [0], [1], 0), [1, 8, 16]);
        Assert.Equal((1f, 1f, 0f, 0f), (right[0], right[2], right[6], right[15]));
        float[] squeezed = PictureTensor.Make(white, new("x", PictureLayout.Chw, PictureColour.Grey, PictureFit.Height, [0], [1], 0), [1, 8, 8]);
        Assert.All(squeezed, static v => Assert.Equal(1f, v));
    }

    [Fact]
    public void ExtremeShapes_StayInBounds()
    {
        Picture line = new(60_000, 1, new byte[180_000]);
        ImmutableArray<int> shape = [3, 128, 128];
        foreach (PictureFit fit in Enum.GetValues<PictureFit>())
        {
            PictureInput form = new("x", PictureLayout.Chw, PictureColour.Rgb, fit, [0], [1], 0);
            Assert.All(PictureTensor.Make(line, form, shape), static v => Assert.Equal(0f, v));
            Assert.All(PictureTensor.Make(new Picture(1, 60_000, new byte[180_000]), form, shape), static v => Assert.Equal(0f, v));
        }

        Assert.Equal((1000, 1), (PictureTensor.Shrink(line, 1000).Width, PictureTensor.Shrink(line, 1000).Height));
    }

    private static long Weight(int j, int i, int from, int to) => Math.Max(0, 2L * Math.Max(from, to) - Math.Abs((2L * j + 1) * to - (2L * i + 1) * from));
}
