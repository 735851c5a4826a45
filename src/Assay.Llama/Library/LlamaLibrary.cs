using System.Runtime.InteropServices;

namespace Assay.Llama;

/// <summary>Where llama.cpp's native library is. Nothing is downloaded: eng/llama.sh installs it.</summary>
public static class LlamaLibrary
{
    /// <summary>Names a library file to use instead of the installed one; what it needs lies beside it.</summary>
    public const string PathVariable = "ASSAY_LLAMA_CPP";

    /// <summary>The release of the npm package that eng/llama.sh installs; the folder has its name.</summary>
    public const string PinnedVersion = "3.22.1";

    /// <summary>What to say where it is missing.</summary>
    public const string HowToInstall = "Run eng/llama.sh (Linux x64; needs npm), or name a library file with " + PathVariable + ".";

    private const string FileName = "libllama.v0.5.0.so";

    /// <summary>The file that <see cref="PathVariable"/> names, else the one that eng/llama.sh installed for this user.</summary>
    /// <param name="why">What is missing, and what to do; null if nothing is.</param>
    /// <returns>Null if there is none.</returns>
    public static string? TryFind(out string? why) => TryFind(Environment.GetEnvironmentVariable(PathVariable), out why);

    internal static string? TryFind(string? named, out string? why)
    {
        string path = named is { Length: > 0 }
            ? Path.GetFullPath(named)
            : Path.Combine(DataFolder(), "assay", "llama.cpp", PinnedVersion, RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64", FileName);
        bool isThere = File.Exists(path);
        why = isThere ? null : $"llama.cpp's library isn't at {path}. {HowToInstall}";
        return isThere ? path : null;
    }

    // As the script has it: XDG_DATA_HOME, else ~/.local/share.
    private static string DataFolder() => Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
}
