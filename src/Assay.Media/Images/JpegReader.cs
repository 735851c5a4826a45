using System.Runtime.InteropServices;

namespace Assay.Media.Images;

/// <summary>JPEG by libjpeg-turbo (the TurboJPEG API, version 2.1 or later), which eng/media.sh installs.</summary>
internal static unsafe class JpegReader
{
    internal static bool Begins(ReadOnlySpan<byte> file) => file.Length >= 3 && file[0] == 0xFF && file[1] == 0xD8 && file[2] == 0xFF;

    internal static Picture? Read(ReadOnlySpan<byte> file, MediaLimits limits, out MediaError? error)
    {
        if (TurboJpeg.Library is not { } library)
        {
            error = new MediaError(
                MediaErrors.LibraryMissing,
                $"JPEG needs {TurboJpeg.FileName}, which isn't on this machine.",
                "Run eng/media.sh (Debian and Ubuntu: libturbojpeg0, libturbojpeg), or convert the picture to PNG: PNG, BMP, PPM and .npy need no library.");
            return null;
        }

        nint handle = library.InitDecompress();
        if (handle == 0)
        {
            error = new MediaError(MediaErrors.LibraryMissing, $"{TurboJpeg.FileName} can't be used here.", "Convert the picture to PNG.");
            return null;
        }

        try
        {
            fixed (byte* bytes = file)
            {
                int width, height, subsampling, colours;
                if (library.DecompressHeader(handle, bytes, new CULong((uint)file.Length), &width, &height, &subsampling, &colours) != 0)
                {
                    error = Problem(library, handle);
                    return null;
                }

                error = Picture.Check(width, height, limits);
                if (error is not null)
                {
                    return null;
                }

                byte[] rgb = GC.AllocateUninitializedArray<byte>(3 * width * height);
                fixed (byte* pixels = rgb)
                {
                    if (library.Decompress(handle, bytes, new CULong((uint)file.Length), pixels, width, 3 * width, height, TurboJpeg.FormatRgb, TurboJpeg.Strict) != 0)
                    {
                        error = Problem(library, handle);
                        return null;
                    }
                }

                return new Picture(width, height, rgb).Oriented(ExifOrientation.ReadJpeg(file));
            }
        }
        finally
        {
            _ = library.Destroy(handle);
        }
    }

    // A warning (a damaged or cut-off scan) is an error too: half a picture is another picture.
    private static MediaError Problem(TurboJpeg library, nint handle) => new(
        MediaErrors.Malformed, $"The JPEG can't be decoded: {Marshal.PtrToStringUTF8(library.ErrorText(handle))}.", "If other programs show it, save it anew, or as PNG.");
}
