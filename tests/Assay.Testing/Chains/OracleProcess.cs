using System.Diagnostics;
using System.Text;

namespace Assay.Testing;

/// <summary>A Node script that keeps running: a line goes in, lines come out, and it ends with its input.</summary>
public sealed class OracleProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    private OracleProcess(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(e.Data);
            }
        };
        process.BeginErrorReadLine();
    }

    /// <summary>Starts a script of tests/interop.</summary>
    /// <param name="script">Its path below tests/interop.</param>
    /// <param name="firstLine">What is written to it first.</param>
    public static OracleProcess Start(string script, string firstLine)
    {
        ProcessStartInfo start = new("node", [Path.Combine(Oracles.InteropFolder, script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        };
        OracleProcess started = new(Process.Start(start) ?? throw new InvalidOperationException("node did not start."));
        started._process.StandardInput.WriteLine(firstLine);
        started._process.StandardInput.Flush();
        return started;
    }

    /// <summary>The next line of its output.</summary>
    /// <exception cref="InvalidOperationException">It ended; the message holds its standard error.</exception>
    public async Task<string> ReadLineAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        string? line = await _process.StandardOutput.ReadLineAsync(limit.Token);
        if (line is not null)
        {
            return line;
        }

        await _process.WaitForExitAsync(limit.Token);
        lock (_errors)
        {
            throw new InvalidOperationException($"The script ended: {_errors}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
