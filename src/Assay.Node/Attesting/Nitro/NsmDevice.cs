using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Assay.Node.Attesting;

/// <summary>The kernel's device: there is one in every Nitro enclave, and nowhere else.</summary>
internal sealed class NsmDevice : INsmDevice
{
    /// <summary>Where the kernel puts it.</summary>
    internal const string DefaultPath = "/dev/nsm";

    // The kernel reads and writes them while the call lasts: they mustn't move.
    private readonly byte[] _request = GC.AllocateArray<byte>(NsmMessage.MaxRequest, pinned: true);
    private readonly byte[] _response = GC.AllocateArray<byte>(NsmMessage.MaxResponse, pinned: true);
    private readonly SafeFileHandle _handle;

    private NsmDevice(string path, SafeFileHandle handle) => (Place, _handle) = (path, handle);

    /// <inheritdoc/>
    public string Place { get; }

    /// <summary>Whether there is one.</summary>
    internal static bool IsPresent(string path = DefaultPath) => OperatingSystem.IsLinux() && File.Exists(path);

    /// <summary>Opens it.</summary>
    /// <returns>Null and why, if it can't be opened.</returns>
    internal static NsmDevice? TryOpen(out AttesterError? error, string path = DefaultPath)
    {
        error = null;
        try
        {
            // Shared in both directions: no lock is taken, which a device may not know.
            SafeFileHandle? handle = IsPresent(path) ? File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite) : null;
            error = handle is null ? new AttesterError(AttesterErrors.NoDevice, $"there is no {path}") : null;
            return handle is null ? null : new NsmDevice(path, handle);
        }
        catch (UnauthorizedAccessException)
        {
            error = new AttesterError(AttesterErrors.Denied, $"this process may not open {path} for reading and writing");
        }
        catch (IOException e)
        {
            error = new AttesterError(AttesterErrors.NoDevice, $"{path} can't be opened: {e.Message}");
        }

        return null;
    }

    /// <inheritdoc/>
    public int Exchange(ReadOnlySpan<byte> request, Span<byte> response)
    {
        if (request.Length > NsmMessage.MaxRequest)
        {
            return -Errno.MessageTooLong;
        }

        request.CopyTo(_request);
        NsmMessage message = new()
        {
            RequestAddress = (ulong)Marshal.UnsafeAddrOfPinnedArrayElement(_request, 0),
            RequestLength = (ulong)request.Length,
            ResponseAddress = (ulong)Marshal.UnsafeAddrOfPinnedArrayElement(_response, 0),
            ResponseLength = NsmMessage.MaxResponse,
        };

        // The error number is read before anything else can change it.
        int result = Ioctl(_handle, NsmMessage.Raw, ref message);
        int errno = Marshal.GetLastPInvokeError();
        if (result < 0)
        {
            return -errno;
        }

        int length = (int)Math.Min(message.ResponseLength, NsmMessage.MaxResponse);
        _response.AsSpan(0, length).CopyTo(response);
        return length;
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    // In C it is variadic. Calling it as if it weren't is right on Linux's x64 and arm64, where integers go into the same registers.
    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Ioctl(SafeFileHandle device, nuint request, ref NsmMessage message);
}
