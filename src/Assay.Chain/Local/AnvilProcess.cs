using System.Diagnostics;
using System.Globalization;

namespace Assay.Chain;

/// <summary>A running anvil. It ends with this process, however that ends: a shell between them waits for the end of its input.</summary>
internal sealed class AnvilProcess : IAsyncDisposable
{
    // The shell's input is a pipe that only this process holds open, so that even its sudden death ends anvil.
    private const string Watcher = "exec 3<&0; \"$@\" 3<&- & p=$!; { cat <&3 >/dev/null; kill $p; } >/dev/null 2>&1 & wait $p";
    private const string Listening = "Listening on 127.0.0.1:";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;

    private AnvilProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <exception cref="InvalidOperationException">It didn't start.</exception>
    public static async Task<AnvilProcess> StartAsync(string program, int chainId, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(
            "/bin/sh", ["-c", Watcher, "sh", program, "--host", "127.0.0.1", "--port", "0", "--chain-id", chainId.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        TaskCompletionSource<int> port = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Process process = new() { StartInfo = start };

        // It logs each request: what isn't read would block it.
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                port.TrySetException(new InvalidOperationException($"{program} ended without listening."));
            }
            else if (line.Data.StartsWith(Listening, StringComparison.Ordinal) && int.TryParse(line.Data[Listening.Length..], CultureInfo.InvariantCulture, out int number))
            {
                port.TrySetResult(number);
            }
        };
        process.ErrorDataReceived += static (_, _) => { };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new AnvilProcess(process, await port.Task.WaitAsync(Patience, cancellation));
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or OperationCanceledException)
        {
            await EndAsync(process);
            throw e is TimeoutException ? new InvalidOperationException($"{program} didn't listen within {Patience}.", e) : e;
        }
    }

    public async ValueTask DisposeAsync() => await EndAsync(_process);

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
