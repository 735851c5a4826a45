using System.Runtime.InteropServices;

namespace Assay.Cli.Console;

/// <summary>Waits for Ctrl+C or SIGTERM, so that a node can finish what it acknowledged.</summary>
internal static class Shutdown
{
    internal static async Task WaitAsync(CancellationToken cancellation)
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.TrySetResult();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using CancellationTokenRegistration cancelled = cancellation.Register(() => stopped.TrySetResult());
        await stopped.Task.ConfigureAwait(false);
    }
}
