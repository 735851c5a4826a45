namespace Assay.Log.Storage;

/// <summary>Makes sure that one process at a time writes to a log's or a witness's folder. The system frees it when the process dies.</summary>
public sealed class FolderLock : IDisposable
{
    private const string FileName = "lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock.</summary>
    /// <exception cref="LogException">Another has it (<see cref="LogErrors.Locked"/>).</exception>
    public static FolderLock Take(string folder)
    {
        try
        {
            return new FolderLock(new FileStream(
                Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogException(LogErrors.Locked, FileName, $"another process has this folder open, or it can't be written ({e.Message})", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
