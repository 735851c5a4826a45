using Microsoft.Win32.SafeHandles;

namespace Assay.Files;

/// <summary>
/// Files that appear whole or not at all: written in another folder, synced, then renamed. Their names are durable
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
        DurableFile.WriteFlushed(temp, content, FileMode.Create, ownerOnly, () => AfterStep?.Invoke($"write {path}"));
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
            DurableFile.SyncFolder(folder);
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
}
