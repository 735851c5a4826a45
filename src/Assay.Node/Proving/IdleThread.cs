using System.Runtime.InteropServices;

namespace Assay.Node.Proving;

/// <summary>Lets the current thread, and those that it starts, run mostly on cores that nothing else wants. Answering requests comes first; but a busy machine mustn't stop proofs for good.</summary>
internal static class IdleThread
{
    // On Linux, thread priorities of the framework mean nothing; a thread's nice value does, and threads that it starts inherit it.
    private const int Niceness = 5;
    private const int OfProcess = 0;

    internal static void Enter()
    {
        Thread.CurrentThread.Priority = ThreadPriority.Lowest;
        if (OperatingSystem.IsLinux())
        {
            _ = SetPriority(OfProcess, 0, Niceness);
        }
    }

    [DllImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
