using System.Runtime.InteropServices;

namespace Assay.OnnxRuntime;

/// <summary>Where the native library is. Nothing is downloaded: eng/onnxruntime.sh installs it.</summary>
public static class OnnxRuntimeLibrary
{
    /// <summary>Names a library file to use instead of the installed one.</summary>
    public const string PathVariable = "ASSAY_ONNXRUNTIME";

    /// <summary>The release that eng/onnxruntime.sh installs; the folder has its name.</summary>
    public const string PinnedVersion = "1.30.0";

    /// <summary>What to say where <see cref="Find"/> finds nothing.</summary>
    public const string HowToInstall =
        "Run eng/onnxruntime.sh (Linux x64 and arm64; needs npm), or name a library file with --onnxruntime or " + PathVariable + ".";

    private const string FileName = "libonnxruntime.so.1";

    /// <summary>
    /// The file that is named, else the one that <see cref="PathVariable"/> names, else the one that eng/onnxruntime.sh
    /// installed for this user, else the npm package's in bench/peers of the nearest folder above the program.
    /// </summary>
    /// <param name="named">A path that the user gave; null if none. A file that is named and missing is not replaced by another.</param>
    /// <returns>Null if there is none.</returns>
    public static string? Find(string? named = null)
    {
        if ((named ?? Environment.GetEnvironmentVariable(PathVariable)) is { Length: > 0 } chosen)
        {
            return File.Exists(chosen) ? Path.GetFullPath(chosen) : null;
        }

        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        string processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        string installed = Path.Combine(DataFolder(), "assay", "onnxruntime", PinnedVersion, processor, FileName);
        if (File.Exists(installed))
        {
            return installed;
        }

        string inRepository = Path.Combine("bench", "peers", "node_modules", "onnxruntime-node", "bin", "napi-v6", "linux", processor, FileName);
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, inRepository);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    // As the script has it: XDG_DATA_HOME, else ~/.local/share.
    private static string DataFolder() => Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
}
