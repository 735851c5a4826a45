using Assay.Cli.Console;
using Assay.Primitives;

namespace Assay.Cli.Hub;

/// <summary>Reads files that somebody else made: plain ones, of bounded length, and nothing outside of the folder that was named.</summary>
internal static class PackageFile
{
    /// <summary>Most bytes of a file if nobody says otherwise: 1 GiB.</summary>
    internal const long DefaultMost = 1L << 30;

    /// <summary>Most bytes that can be allowed: the model is held in memory as one array.</summary>
    internal const long Largest = 2_000_000_000;

    /// <summary>Reads a file of a package's folder; null if there is none.</summary>
    /// <exception cref="CliException">It is a link, empty, or too long.</exception>
    internal static byte[]? Find(string folder, string name, long most)
    {
        FileInfo file = new(Path.Combine(folder, name));

        // Also one that leads nowhere: a package's links could lead to any file of whoever adds it.
        if (file.LinkTarget is not null)
        {
            throw new CliException(ExitCodes.CannotEvaluate, "model/link", $"{file.FullName} is a link to {file.LinkTarget}; a package's files are files.", "If you know where it leads, copy the folder with 'cp -rL'.");
        }

        return file.Exists ? Read(file, most) : null;
    }

    /// <summary>Reads a file that was named by itself.</summary>
    /// <exception cref="CliException">It is empty, or too long.</exception>
    internal static byte[] Read(FileInfo file, long most)
    {
        // Pipes and devices have no length, and no end either.
        return !file.Exists ? throw new FileNotFoundException($"{file.FullName} isn't there.")
            : file.Length == 0 ? throw new CliException(ExitCodes.CannotEvaluate, "model/empty-file", $"{file.FullName} is empty, or not a file.")
            : file.Length > most ? throw new CliException(ExitCodes.CannotEvaluate, "model/too-large", $"{file.FullName} has {file.Length:N0} bytes; at most {most:N0} are read.", "--max-bytes allows more.")
            : File.ReadAllBytes(file.FullName);
    }

    /// <summary>Holds bytes against the digest that somebody expects; null expects nothing.</summary>
    /// <exception cref="CliException">They are others.</exception>
    internal static byte[] Check(byte[] bytes, Digest32? expected, string place) =>
        expected is { } digest && Digest32.Sha256(bytes) is var actual && actual != digest ? throw Mismatch(place, digest, actual) : bytes;

    internal static CliException Mismatch(string place, Digest32 expected, Digest32 actual) =>
        new(ExitCodes.Untrusted, "download/digest", $"{place} isn't what you pinned: its SHA-256 is {actual}, not {expected}. Nothing was read or kept.", "Somebody changed it, or the digest is of another file: ask its publisher.");
}
