namespace Assay.Node.Attesting;

/// <summary>Linux's error numbers that mean something here; the same on x64 and arm64 (asm-generic/errno.h, errno-base.h).</summary>
internal static class Errno
{
    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int NoSuchDeviceOrAddress = 6;
    internal const int Again = 11;
    internal const int AccessDenied = 13;
    internal const int Busy = 16;
    internal const int Exists = 17;
    internal const int NoSuchDevice = 19;
    internal const int NotDirectory = 20;
    internal const int InvalidArgument = 22;
    internal const int NotThisDevice = 25;
    internal const int TooBig = 27;
    internal const int ReadOnly = 30;
    internal const int MessageTooLong = 90;
    internal const int TimedOut = 110;
}
