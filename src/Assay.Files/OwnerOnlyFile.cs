namespace Assay.Files;

/// <summary>Reads and writes secrets: durable, all or nothing, readable by the owner only (Unix; elsewhere the folder's own rights apply).</summary>
public static class OwnerOnlyFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Makes a folder that only its owner can enter.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Writes or replaces a file (<see cref="DurableFile.Write"/>).</summary>
    public static void Write(string path, ReadOnlySpan<byte> bytes) => DurableFile.Write(path, bytes, ownerOnly: true);

    /// <summary>Reads a file of bounded length.</summary>
    /// <exception cref="IOException">It is longer.</exception>
    public static byte[] Read(string path, int maximum)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > maximum)
        {
            throw new IOException($"{path} is longer than {maximum:N0} bytes");
        }

        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Whether anybody but the owner could read or change a file with this mode.</summary>
    public static bool IsTooOpen(UnixFileMode mode) => (mode & Others) != 0;
}
