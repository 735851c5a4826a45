
namespace Assay.Media.Images;

/// <summary>
/// Reads PNG, JPEG, BMP and PNM (PPM, PGM) files, told apart by their first bytes. Never throws on hostile bytes. All but
/// JPEG are decoded here and give the same pixels on every machine; JPEG is libjpeg-turbo's, and other decoders differ
/// from it by a few steps.
/// </summary>
public static class ImageReader
{
    /// <summary>Whether a file begins like one of the kinds that are read.</summary>
    public static bool IsImage(ReadOnlySpan<byte> file) => PngReader.Begins(file) || JpegReader.Begins(file) || BmpReader.Begins(file) || PnmReader.Begins(file);

    /// <summary>Reads a file. Transparent parts are shown on white; EXIF's orientation is applied; colour profiles and gamma are ignored.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="error">Why there is no picture.</param>
    /// <param name="limits">Null for the defaults.</param>
    public static Picture? TryRead(ReadOnlyMemory<byte> file, out MediaError? error, MediaLimits? limits = null)
    {
        limits ??= MediaLimits.Default;
        ReadOnlySpan<byte> bytes = file.Span;
        if (bytes.Length > limits.FileBytes)
        {
            error = new MediaError(MediaErrors.TooLarge, $"The file has {bytes.Length:N0} bytes; the most are {limits.FileBytes:N0}.");
            return null;
        }

        return PngReader.Begins(bytes) ? PngReader.Read(file, limits, out error)
            : JpegReader.Begins(bytes) ? JpegReader.Read(bytes, limits, out error)
            : BmpReader.Begins(bytes) ? BmpReader.Read(bytes, limits, out error)
            : PnmReader.Begins(bytes) ? PnmReader.Read(bytes, limits, out error)
            : Fail(out error);
    }

    private static Picture? Fail(out MediaError error)
    {
        error = new MediaError(MediaErrors.Unknown, "This isn't a PNG, JPEG, BMP, PPM or PGM picture.", "Convert it to PNG.");
        return null;
    }
}
