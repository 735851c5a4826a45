using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Assay.Cli.Tests;

/// <summary><c>assay replayer serve</c> as a process that can be killed.</summary>
internal sealed partial class CliReplayer : IAsyncDisposable
{
    private readonly Process _process;

    private CliReplayer(Process process, string output)
    {
        _process = process;
        Output = output;
        Address = new Uri(AddressPattern().Match(output).Value);
    }

    /// <summary>What it said until it was ready.</summary>
    internal string Output { get; }

    internal Uri Address { get; }

    internal static async Task<CliReplayer> StartAsync(string folder, params string[] more)
    {
        Process process = Process.Start(CliRunner.StartInfo(["replayer", "serve", "--folder", folder, "--url", "http://127.0.0.1:0", .. more]))!;
        StringBuilder seen = new();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            seen.AppendLine(line);
            if (line.StartsWith("ready", StringComparison.Ordinal))
            {
                return new CliReplayer(process, seen.ToString());
            }
        }

        throw new InvalidOperationException($"the peer didn't start: {seen}{await process.StandardError.ReadToEndAsync()}");
    }

    internal void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex AddressPattern();
}
