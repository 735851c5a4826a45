using System.Collections.Immutable;
using Assay.Models.Presentation;

namespace Assay.Media.Images;

/// <summary>From a picture to a model's input, and to a smaller picture for showing.</summary>
public static class PictureTensor
{
    /// <summary>
    /// The tensor of one item. The picture is fitted (bars are added to the picture, not to the tensor, so that where
    /// things are stays exact), resized, and its channel values 0 to 255 become <c>black + v/255 * (white - black)</c> in
    /// binary64, rounded to binary32 once.
    /// </summary>
    /// <param name="picture">Any size.</param>
    /// <param name="form">What the model wants.</param>
    /// <param name="shape">The input's shape of one item.</param>
    /// <exception cref="ArgumentException">The shape isn't one of such a picture.</exception>
    public static float[] Make(Picture picture, PictureInput form, ImmutableArray<int> shape)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(form);
        (int width, int height) = form.SizeOf(shape) ?? throw new ArgumentException("not the shape of a picture", nameof(shape));
        (int windowWidth, int windowHeight) = Window(picture, form.Fit, width, height);
        bool isCentred = form.Fit == PictureFit.Letterbox;
        int channels = form.Colour == PictureColour.Grey ? 1 : 3;
        float[] tensor = new float[channels * width * height];
        Resampling.Run(picture, isCentred ? (windowWidth - picture.Width) / 2 : 0, isCentred ? (windowHeight - picture.Height) / 2 : 0, (windowWidth, windowHeight), (width, height), form.Fill, (y, row) =>
        {
            for (int x = 0; x < width; x++)
            {
                double r = row[3 * x], g = row[3 * x + 1], b = row[3 * x + 2];
                for (int c = 0; c < channels; c++)
                {
                    double value = form.Colour == PictureColour.Grey ? (299 * r + 587 * g + 114 * b) / 1000
                        : (form.Colour == PictureColour.Rgb ? c : 2 - c) switch { 0 => r, 1 => g, _ => b };
                    double black = form.Black[form.Black.Length == 1 ? 0 : c], white = form.White[form.White.Length == 1 ? 0 : c];
                    tensor[form.Layout == PictureLayout.Chw ? (c * height + y) * width + x : (y * width + x) * channels + c] = (float)(black + value / 255 * (white - black));
                }
            }
        });
        return tensor;
    }

    /// <summary>The same picture with no side longer than this; itself if it is small enough.</summary>
    public static Picture Shrink(Picture picture, int longest)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        int side = Math.Max(picture.Width, picture.Height);
        if (side <= longest)
        {
            return picture;
        }

        int width = Scaled(picture.Width, longest, side), height = Scaled(picture.Height, longest, side);
        byte[] rgb = new byte[3 * width * height];
        Resampling.Run(picture, 0, 0, (picture.Width, picture.Height), (width, height), 0, (y, row) =>
        {
            for (int i = 0; i < row.Length; i++)
            {
                rgb[y * row.Length + i] = (byte)Math.Floor(row[i] + 0.5);
            }
        });
        return new Picture(width, height, rgb);
    }

    // The picture with its bars: of the tensor's proportions, or less than a pixel off.
    private static (int Width, int Height) Window(Picture picture, PictureFit fit, int width, int height) =>
        fit == PictureFit.Stretch ? (picture.Width, picture.Height)
        : (long)picture.Width * height >= (long)picture.Height * width ? (picture.Width, fit == PictureFit.Height ? picture.Height : Math.Max(picture.Height, Scaled(picture.Width, height, width)))
        : (Math.Max(picture.Width, Scaled(picture.Height, width, height)), picture.Height);

    private static int Scaled(int side, int by, int of) => (int)Math.Clamp((2L * side * by + of) / (2L * of), 1, int.MaxValue);
}
