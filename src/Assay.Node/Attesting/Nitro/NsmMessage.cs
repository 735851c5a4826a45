using System.Runtime.InteropServices;

namespace Assay.Node.Attesting;

/// <summary>
/// The kernel's <c>struct nsm_raw</c> (include/uapi/linux/nsm.h, since Linux 6.8; the same as in AWS's earlier driver): two
/// <c>struct nsm_iovec</c>, each <c>__u64 addr; __u64 len;</c>. 32 bytes on every architecture.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NsmMessage
{
    /// <summary><c>NSM_REQUEST_MAX_SIZE</c>.</summary>
    internal const int MaxRequest = 0x1000;

    /// <summary><c>NSM_RESPONSE_MAX_SIZE</c>.</summary>
    internal const int MaxResponse = 0x3000;

    /// <summary>
    /// <c>NSM_IOCTL_RAW</c>, which is <c>_IOWR(0x0A, 0x0, struct nsm_raw)</c>: read and write (3) at bit 30, size (32) at bit 16, magic at
    /// bit 8, number at bit 0. asm-generic/ioctl.h, which x64 and arm64 both use.
    /// </summary>
    internal const uint Raw = (3u << 30) | (32u << 16) | (0x0Au << 8) | 0x00u;

    /// <summary>Virtual address of the request.</summary>
    internal ulong RequestAddress;

    /// <summary>Its length.</summary>
    internal ulong RequestLength;

    /// <summary>Virtual address of the response's buffer.</summary>
    internal ulong ResponseAddress;

    /// <summary>The buffer's length; afterwards the response's. A longer response is cut without an error.</summary>
    internal ulong ResponseLength;
}
