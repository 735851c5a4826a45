using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Assay.Cli.Tests.Proxying;

/// <summary><c>assay proxy</c> as a process.</summary>
internal sealed partial class CliProxy : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();

    private CliProxy(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        process.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
    }

    /// <summary>With <c>/v1</c>.</summary>
    internal Uri Address { get; }

    /// <summary>What it wrote to standard error.</summary>
    internal string Log => string.Join('\n', _log);

    internal HttpClient Http { get; } = new() { Timeout = TimeSpan.FromMinutes(1) };

    internal static Task<CliProxy> StartAsync(Uri node, string trust, params string[] more) => StartAsync(node, trust, new Dictionary<string, string>(), more);

    internal static async Task<CliProxy> StartAsync(Uri node, string trust, IReadOnlyDictionary<string, string> environment, params string[] more)
    {
        ProcessStartInfo start = CliRunner.StartInfo(["proxy", "--node", node.ToString(), "--require", "signed", "--port", "0", .. trust.Length == 0 ? ["--first-use"] : new[] { "--trust", trust }, .. more]);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        string seen = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            seen += line + "\n";
            if (line.StartsWith("ready", StringComparison.Ordinal))
            {
                return new CliProxy(process, new Uri(AddressIn().Match(seen).Value));
            }
        }

        throw new InvalidOperationException($"the proxy didn't start: {seen}{await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Waits for a line of its log.</summary>
    internal async Task<string> LoggedAsync(string text)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (!Log.Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(20, limit.Token);
        }

        return Log;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/v1")]
    private static partial Regex AddressIn();
}
