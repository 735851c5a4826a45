namespace Assay.Log.Tests;

/// <summary>The files of a folder at one moment, in memory.</summary>
internal sealed class FolderImage
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>Copies the files, but not what a crash of the machine leaves nothing of: SQLite's shared memory and the lock.</summary>
    public static FolderImage Take(string folder)
    {
        FolderImage image = new();
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (!file.EndsWith("-shm", StringComparison.Ordinal) && Path.GetFileName(file) != "lock")
            {
                using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                byte[] content = new byte[stream.Length];
                stream.ReadExactly(content);
                image._files[Path.GetRelativePath(folder, file)] = content;
            }
        }

        return image;
    }

    /// <summary>This image, but with the files whose names start so as they are in another one.</summary>
    public FolderImage With(string prefix, FolderImage? other)
    {
        FolderImage image = new();
        foreach ((string path, byte[] content) in _files)
        {
            if (!path.StartsWith(prefix, StringComparison.Ordinal))
            {
                image._files[path] = content;
            }
        }

        foreach ((string path, byte[] content) in other?._files ?? [])
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                image._files[path] = content;
            }
        }

        return image;
    }

    /// <summary>Whether the same files are there with the same contents, but for temporary ones.</summary>
    public bool IsSameAs(FolderImage other)
    {
        static IEnumerable<KeyValuePair<string, byte[]>> Lasting(FolderImage image) =>
            image._files.Where(file => !file.Key.StartsWith("temporary", StringComparison.Ordinal));

        return Lasting(this).Select(file => file.Key).SequenceEqual(Lasting(other).Select(file => file.Key))
            && Lasting(this).All(file => file.Value.AsSpan().SequenceEqual(other._files[file.Key]));
    }

    /// <summary>A file's content, or null.</summary>
    public byte[]? File(string path) => _files.GetValueOrDefault(path);

    public void WriteTo(string folder)
    {
        foreach ((string path, byte[] content) in _files)
        {
            string target = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            System.IO.File.WriteAllBytes(target, content);
        }
    }
}
