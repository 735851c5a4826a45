using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Assay.Log.Storage;

/// <summary>
/// Files that appear whole or not at all: written beside their folder, synced, then renamed. Their names are durable
/// after <see cref="SyncFolders"/>. For one thread; reads are for any.
/// </summary>
/// <param name="root">The folder that paths are relative to.</param>
/// <param name="temporary">A folder on the same file system whose content counts for nothing.</param>
public sealed class DurableFiles(string root, string temporary)
{
    private readonly SortedSet<string> _unsynced = new(StringComparer.Ordinal);

    /// <summary>Called after each step with its name: where tests let the process die.</summary>
    public Action<string>? AfterStep { get; init; }

    /// <summary>Empties the temporary folder, which is made if it isn't there.</summary>
    public void ClearTemporary()
    {
        Directory.CreateDirectory(temporary);
        foreach (string leftover in Directory.EnumerateFiles(temporary))
        {
            File.Delete(leftover);
        }
    }

    /// <summary>Writes or replaces a file.</summary>
    /// <param name="path">Relative to the root; its folder is made if it isn't there.</param>
    /// <param name="content">All of its bytes.</param>
    /// <param name="ownerOnly">Whether nobody but the owner may read it, where the system has such rights (secrets).</param>
    public void Write(string path, ReadOnlySpan<byte> content, bool ownerOnly = false)
    {
        string target = FullPath(path);
        string temp = Path.Combine(temporary, "next");
        using (SafeFileHandle file = File.OpenHandle(temp, FileMode.Create, FileAccess.Write))
        {
            if (ownerOnly && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            RandomAccess.Write(file, content, 0);
            AfterStep?.Invoke($"write {path}");
            RandomAccess.FlushToDisk(file);
        }

        AfterStep?.Invoke($"sync {path}");
        CreateFolder(Path.GetDirectoryName(target)!);
        File.Move(temp, target, overwrite: true);
        _unsynced.Add(Path.GetDirectoryName(target)!);
        AfterStep?.Invoke($"rename {path}");
    }

    /// <summary>Makes durable the names of all files written since the last call.</summary>
    public void SyncFolders()
    {
        foreach (string folder in _unsynced)
        {
            SyncFolder(folder);
        }

        _unsynced.Clear();
        AfterStep?.Invoke("sync folders");
    }

    /// <summary>The file's bytes; null if there is no such file, or if it is longer than <paramref name="maxBytes"/>.</summary>
    public byte[]? TryRead(string path, long maxBytes)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(FullPath(path));
            long length = RandomAccess.GetLength(file);
            if (length > maxBytes)
            {
                return null;
            }

            byte[] bytes = new byte[length];
            int read = RandomAccess.Read(file, bytes, 0);
            return read == length ? bytes : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The names of the files in a folder; none if it isn't there.</summary>
    public List<string> List(string path)
    {
        try
        {
            return [.. Directory.EnumerateFiles(FullPath(path)).Select(file => Path.GetFileName(file))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Deletes a folder with all that is in it, if it is there. Not made durable: what comes back does no harm.</summary>
    public void DeleteFolder(string path)
    {
        string folder = FullPath(path);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private string FullPath(string path) => Path.Combine(root, path);

    /// <summary>Makes the names in a folder durable.</summary>
    /// <exception cref="IOException">The system can't.</exception>
    public static void SyncFolder(string folder)
    {
        // Windows has no such call; NTFS journals its metadata.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, 0);
        int result = descriptor < 0 ? descriptor : FSync(descriptor);
        int error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }

        if (result != 0)
        {
            throw new IOException($"Can't sync the folder '{folder}': {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    private void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        string parent = Path.GetDirectoryName(folder)!;
        CreateFolder(parent);
        Directory.CreateDirectory(folder);
        _unsynced.Add(parent);
    }

    // .NET has no way to sync a folder. The flags value 0 is O_RDONLY everywhere.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
