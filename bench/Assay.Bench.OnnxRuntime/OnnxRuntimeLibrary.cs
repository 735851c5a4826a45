using System.Runtime.InteropServices;

namespace Assay.Bench.OnnxRuntime;

/// <summary>Where the native library is.</summary>
public static class OnnxRuntimeLibrary
{
    /// <summary>Names a library file to use instead of the npm package's.</summary>
    public const string PathVariable = "ASSAY_ONNXRUNTIME";

    /// <summary>What to say where <see cref="Find"/> finds nothing.</summary>
    public const string HowToInstall =
        "ONNX Runtime isn't installed: npm ci --ignore-scripts --prefix bench/peers (Linux x64 and arm64), or set "
        + PathVariable + " to a library file.";

    /// <summary>
    /// The file that <see cref="PathVariable"/> names, else the npm package's in bench/peers of the nearest folder
    /// above the program that has one.
    /// </summary>
    /// <returns>Null if there is none.</returns>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : null;
        }

        string processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string inRepository = Path.Combine(
            "bench", "peers", "node_modules", "onnxruntime-node", "bin", "napi-v6", "linux", processor, "libonnxruntime.so.1");
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, inRepository);
            if (OperatingSystem.IsLinux() && File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
