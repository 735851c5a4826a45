using System.Runtime.InteropServices;

namespace Assay.Media.Images;

/// <summary>The five functions of libturbojpeg that are needed, found when the first JPEG is read.</summary>
internal sealed unsafe class TurboJpeg
{
    internal const string FileName = "libturbojpeg.so.0";
    internal const int FormatRgb = 0;

    /// <summary>The accurate transform; stop at the first warning; at most 500 scans, else small files take minutes.</summary>
    internal const int Strict = 4096 | 8192 | 32768;

    private static readonly string[] Names = [FileName, "libturbojpeg.0.dylib", "turbojpeg.dll"];
    private static readonly Lazy<TurboJpeg?> Loaded = new(Load);

    internal readonly delegate* unmanaged<nint> InitDecompress;
    internal readonly delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int> DecompressHeader;
    internal readonly delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int> Decompress;
    internal readonly delegate* unmanaged<nint, nint> ErrorText;
    internal readonly delegate* unmanaged<nint, int> Destroy;

    private TurboJpeg(nint init, nint header, nint decompress, nint error, nint destroy)
    {
        InitDecompress = (delegate* unmanaged<nint>)init;
        DecompressHeader = (delegate* unmanaged<nint, byte*, CULong, int*, int*, int*, int*, int>)header;
        Decompress = (delegate* unmanaged<nint, byte*, CULong, byte*, int, int, int, int, int, int>)decompress;
        ErrorText = (delegate* unmanaged<nint, nint>)error;
        Destroy = (delegate* unmanaged<nint, int>)destroy;
    }

    /// <summary>Null where it isn't installed, or is older than these functions.</summary>
    internal static TurboJpeg? Library => Loaded.Value;

    private static TurboJpeg? Load()
    {
        foreach (string name in Names)
        {
            if (NativeLibrary.TryLoad(name, typeof(TurboJpeg).Assembly, DllImportSearchPath.SafeDirectories, out nint library))
            {
                // tjGetErrorStr2 came with 1.5.90, the limit of scans with 2.1 (an older one ignores that flag).
                return NativeLibrary.TryGetExport(library, "tjInitDecompress", out nint init)
                    && NativeLibrary.TryGetExport(library, "tjDecompressHeader3", out nint header)
                    && NativeLibrary.TryGetExport(library, "tjDecompress2", out nint decompress)
                    && NativeLibrary.TryGetExport(library, "tjGetErrorStr2", out nint error)
                    && NativeLibrary.TryGetExport(library, "tjDestroy", out nint destroy)
                    ? new TurboJpeg(init, header, decompress, error, destroy)
                    : null;
            }
        }

        return null;
    }
}
