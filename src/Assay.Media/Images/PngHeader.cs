using System.Buffers.Binary;

namespace Assay.Media.Images;

/// <summary>A PNG's size and kind of samples.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Depth">Bits of a sample: 1, 2, 4, 8 or 16.</param>
/// <param name="Colour">0 grey, 2 colour, 3 palette, 4 grey and alpha, 6 colour and alpha.</param>
/// <param name="IsInterlaced">Seven passes (Adam7) in place of one.</param>
internal sealed record PngHeader(int Width, int Height, int Depth, int Colour, bool IsInterlaced)
{
    /// <summary>x and y of the first pixel and the steps to the next, for each pass of Adam7.</summary>
    internal static readonly (int X, int Y, int StepX, int StepY)[] Adam7 =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    internal static readonly (int X, int Y, int StepX, int StepY)[] Whole = [(0, 0, 1, 1)];

    internal int Channels => Colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    /// <summary>Bytes of a row of so many pixels, without its filter.</summary>
    internal long Stride(long pixels) => (pixels * Channels * Depth + 7) / 8;

    internal static PngHeader? Read(ReadOnlySpan<byte> data, MediaLimits limits, out MediaError? error)
    {
        error = data.Length != 13 ? new MediaError(MediaErrors.Malformed, "The PNG's header hasn't 13 bytes.")
            : Picture.Check(BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]), limits);
        if (error is not null)
        {
            return null;
        }

        bool isKnown = (data[9], data[8]) is (0, 1 or 2 or 4 or 8 or 16) or (3, 1 or 2 or 4 or 8) or (2 or 4 or 6, 8 or 16);
        if (!isKnown || data[10] != 0 || data[11] != 0 || data[12] > 1)
        {
            error = new MediaError(MediaErrors.Malformed, $"There is no PNG of colour type {data[9]} with {data[8]} bits, compression {data[10]}, filter {data[11]}, interlacing {data[12]}.");
            return null;
        }

        return new PngHeader((int)BinaryPrimitives.ReadUInt32BigEndian(data), (int)BinaryPrimitives.ReadUInt32BigEndian(data[4..]), data[8], data[9], data[12] == 1);
    }
}
