namespace Assay.Chain;

/// <summary>Where anvil is, which runs a local chain. Nothing is downloaded: eng/chain.sh installs it.</summary>
public static class AnvilProgram
{
    /// <summary>Names a program to use instead of the installed one.</summary>
    public const string PathVariable = "ASSAY_ANVIL";

    /// <summary>The release that eng/chain.sh installs; the folder has its name.</summary>
    public const string PinnedVersion = "1.7.1";

    /// <summary>What to say where <see cref="Find"/> finds nothing.</summary>
    public const string HowToInstall = "Run eng/chain.sh (Linux x64; needs npm), or name a program with " + PathVariable + ".";

    /// <summary>The program that <see cref="PathVariable"/> names, else the one that eng/chain.sh installed for this user.</summary>
    /// <returns>Null if there is none. A file that is named and missing is not replaced by another.</returns>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? Path.GetFullPath(named) : null;
        }

        // As the script has it: XDG_DATA_HOME, else ~/.local/share.
        string data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        string installed = Path.Combine(data, "assay", "anvil", PinnedVersion, "anvil");
        return File.Exists(installed) ? installed : null;
    }
}
