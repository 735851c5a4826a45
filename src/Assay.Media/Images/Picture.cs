namespace Assay.Media.Images;

/// <summary>A decoded picture, upright: red, green and blue of each pixel, 0 to 255, row by row from the top left.</summary>
public sealed class Picture
{
    internal Picture(int width, int height, byte[] rgb)
    {
        Width = width;
        Height = height;
        Rgb = rgb;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>3 bytes for each pixel.</summary>
    public ReadOnlyMemory<byte> Rgb { get; }

    /// <summary>A picture of so many pixels; null and an error if that is more than there may be.</summary>
    internal static MediaError? Check(long width, long height, MediaLimits limits) =>
        width < 1 || height < 1 ? new MediaError(MediaErrors.Malformed, $"The picture has {width}x{height} pixels.")
        : width > limits.Side || height > limits.Side || width * height > limits.Pixels
            ? new MediaError(MediaErrors.TooLarge, $"The picture has {width}x{height} pixels; the most are {limits.Pixels:N0}, and {limits.Side:N0} a side.", "Make it smaller first.")
            : null;

    /// <summary>Turned and mirrored as EXIF's orientation 1 to 8 says; anything else leaves it as it is.</summary>
    internal Picture Oriented(int orientation)
    {
        if (orientation is < 2 or > 8)
        {
            return this;
        }

        bool swaps = orientation >= 5;
        int width = swaps ? Height : Width, height = swaps ? Width : Height;
        byte[] turned = GC.AllocateUninitializedArray<byte>(3 * width * height);
        ReadOnlySpan<byte> from = Rgb.Span;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                // Where the upright picture's (x, y) is stored.
                (int sx, int sy) = orientation switch
                {
                    2 => (Width - 1 - x, y),
                    3 => (Width - 1 - x, Height - 1 - y),
                    4 => (x, Height - 1 - y),
                    5 => (y, x),
                    6 => (y, Height - 1 - x),
                    7 => (Width - 1 - y, Height - 1 - x),
                    _ => (Width - 1 - y, x),
                };
                from.Slice(3 * (sy * Width + sx), 3).CopyTo(turned.AsSpan(3 * (y * width + x)));
            }
        }

        return new Picture(width, height, turned);
    }
}
