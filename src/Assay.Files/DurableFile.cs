using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Assay.Files;

/// <summary>Writes that are on the disk when they return, and that are there whole or not at all.</summary>
public static class DurableFile
{
    /// <summary>The ending of the file that <see cref="Write"/> makes first. One left behind by a crash is overwritten by the next.</summary>
    public const string TemporaryEnding = ".new";

    private const UnixFileMode OwnerOnlyMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes or replaces a file; content and name are durable on return, and readers see the old content or the new. One writer at a time.</summary>
    /// <param name="path">The file; its folder is there.</param>
    /// <param name="content">All of its bytes.</param>
    /// <param name="ownerOnly">Whether nobody but the owner may use it, where the system has such rights (Unix; elsewhere the folder's own apply).</param>
    /// <exception cref="IOException">It can't be written; the old content stays.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool ownerOnly = false)
    {
        string target = Path.GetFullPath(path);
        WriteFlushed(target + TemporaryEnding, content, FileMode.Create, ownerOnly);
        File.Move(target + TemporaryEnding, target, overwrite: true);
        SyncFolder(Path.GetDirectoryName(target)!);
    }

    /// <summary>Makes a new file whose content is durable, but not its name: for a folder that is filled, synced and then moved in one piece.</summary>
    /// <exception cref="IOException">There is such a file, or it can't be written.</exception>
    public static void Create(string path, ReadOnlySpan<byte> content) => WriteFlushed(path, content, FileMode.CreateNew, ownerOnly: false);

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

    /// <summary>Makes an open file's content and length durable; not its times, which would cost another write.</summary>
    /// <exception cref="IOException">The system can't.</exception>
    public static void SyncData(SafeFileHandle file)
    {
        // On macOS only the framework's call reaches the disk.
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
        }
        else if (FDataSync(file) != 0)
        {
            throw new IOException($"Can't sync a file: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }

    /// <summary>A file with its content flushed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All of its bytes.</param>
    /// <param name="mode"><see cref="FileMode.Create"/> or <see cref="FileMode.CreateNew"/>.</param>
    /// <param name="ownerOnly">Whether nobody but the owner may use it.</param>
    /// <param name="beforeFlush">Called when the content is written: where tests let the process die.</param>
    internal static void WriteFlushed(string path, ReadOnlySpan<byte> content, FileMode mode, bool ownerOnly, Action? beforeFlush = null)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.Write, Share = ownerOnly ? FileShare.None : FileShare.Read, BufferSize = 0 };
        if (ownerOnly && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnlyMode;
        }

        using FileStream stream = new(path, options);
        if (ownerOnly && !OperatingSystem.IsWindows())
        {
            // One left behind by a crash keeps the mode that it had.
            File.SetUnixFileMode(stream.SafeFileHandle, OwnerOnlyMode);
        }

        stream.Write(content);
        beforeFlush?.Invoke();
        stream.Flush(flushToDisk: true);
    }

    // .NET has no way to sync a folder, or a file's content alone. The flags value 0 is O_RDONLY everywhere.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static extern int FDataSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int descriptor);
}
