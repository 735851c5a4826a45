using System.Runtime.InteropServices;

namespace Assay.Node.Attesting;

/// <summary>
/// The kernel's own folder. System calls, since the framework's file classes lock, seek and ask for lengths, and turn the kernel's
/// error numbers into others (EFBIG into a wrong argument).
/// </summary>
internal sealed class TsmReports(string folder = TsmReports.DefaultPath) : ITsmReports
{
    /// <summary>Where configfs is mounted on all distributions.</summary>
    internal const string DefaultPath = "/sys/kernel/config/tsm/report";

    private const int ReadOnly = 0;
    private const int WriteOnly = 1;
    private const int CloseOnExec = 0x80000;
    private const uint OwnerOnly = 0x1C0;

    /// <inheritdoc/>
    public string Place => folder;

    /// <inheritdoc/>
    public int Make(string name) => Result(Mkdir($"{folder}/{name}", OwnerOnly));

    /// <inheritdoc/>
    public int Remove(string name) => Result(Rmdir($"{folder}/{name}"));

    /// <inheritdoc/>
    public int Write(string name, string attribute, ReadOnlySpan<byte> value)
    {
        int file = Result(Open($"{folder}/{name}/{attribute}", WriteOnly | CloseOnExec));
        if (file < 0)
        {
            return file;
        }

        byte[] bytes = value.ToArray();
        long written = WriteFile(file, bytes, (nuint)bytes.Length);
        int error = written < 0 ? -Marshal.GetLastPInvokeError() : written < bytes.Length ? -Errno.Busy : 0;
        int closed = Result(Close(file));
        return error < 0 ? error : closed;
    }

    /// <inheritdoc/>
    public int Read(string name, string attribute, Span<byte> buffer)
    {
        int file = Result(Open($"{folder}/{name}/{attribute}", ReadOnly | CloseOnExec));
        if (file < 0)
        {
            return file;
        }

        // One byte more than fits: the end is only seen by reading past it.
        byte[] bytes = new byte[buffer.Length + 1];
        byte[] piece = new byte[bytes.Length];
        int length = 0;
        long read;
        do
        {
            read = ReadFile(file, piece, (nuint)(bytes.Length - length));
            int errno = Marshal.GetLastPInvokeError();
            if (read < 0)
            {
                _ = Close(file);
                return -errno;
            }

            piece.AsSpan(0, (int)read).CopyTo(bytes.AsSpan(length));
            length += (int)read;
        }
        while (read > 0 && length < bytes.Length);
        _ = Close(file);
        if (length > buffer.Length)
        {
            return -Errno.TooBig;
        }

        bytes.AsSpan(0, length).CopyTo(buffer);
        return length;
    }

    // The error number is read before anything else can change it.
    private static int Result(int result) => result < 0 ? -Marshal.GetLastPInvokeError() : result;

    [DllImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Mkdir([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);

    [DllImport("libc", EntryPoint = "rmdir", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Rmdir([MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    // In C it is variadic; without creating, nothing follows the flags.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint ReadFile(int file, byte[] buffer, nuint count);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteFile(int file, byte[] buffer, nuint count);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
