namespace Assay.Node.Attesting;

/// <summary>
/// The kernel's folder of report requests, <c>/sys/kernel/config/tsm/report</c> (Documentation/ABI/testing/configfs-tsm-report). A
/// directory is a request; its files are there as soon as it is, and go with it. Failures are negative error numbers of Linux.
/// </summary>
internal interface ITsmReports
{
    /// <summary>Where it is, for texts.</summary>
    string Place { get; }

    /// <summary>mkdir: 0, or a negative error number.</summary>
    int Make(string name);

    /// <summary>rmdir, with the files in it as the kernel does: 0, or a negative error number.</summary>
    int Remove(string name);

    /// <summary>Opens a file that is there, without emptying it, writes once, and closes, which is when the kernel takes it: 0, or a negative error number.</summary>
    int Write(string name, string attribute, ReadOnlySpan<byte> value);

    /// <summary>Reads a file to its end: the length, or a negative error number; <see cref="Errno.TooBig"/> if the buffer is too small.</summary>
    int Read(string name, string attribute, Span<byte> buffer);
}
