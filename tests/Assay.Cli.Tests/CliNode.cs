using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Assay.Client;

namespace Assay.Cli.Tests;

/// <summary><c>assay serve</c> as a process that can be killed.</summary>
internal sealed partial class CliNode : IAsyncDisposable
{
    private static readonly HttpClient Http = new();
    private readonly Process _process;

    private CliNode(Process process, Uri address)
    {
        _process = process;
        Address = address;
        Client = new AssayClient(Http, address, TimeProvider.System);
    }

    internal Uri Address { get; }

    internal AssayClient Client { get; }

    internal static async Task<CliNode> StartAsync(string folder, params string[] more)
    {
        Process process = Process.Start(CliRunner.StartInfo(["serve", "--folder", folder, "--url", "http://127.0.0.1:0", .. more]))!;
        StringBuilder seen = new();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            seen.AppendLine(line);
            if (line.StartsWith("ready", StringComparison.Ordinal))
            {
                return new CliNode(process, new Uri(Address_().Match(seen.ToString()).Value));
            }
        }

        throw new InvalidOperationException($"the node didn't start: {seen}{await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>A request with one row for the shipped risk model, at level <c>signed</c> or under a policy.</summary>
    internal static byte[] RiskRequest(string? policy = null) => Encoding.UTF8.GetBytes(
        $"{{\"verification\":{policy ?? "\"signed\""}," + "\"inputs\":[{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[1,30],\"data\":["
        + "17.99,10.38,122.8,1001,0.1184,0.2776,0.3001,0.1471,0.2419,0.07871,1.095,0.9053,8.589,153.4,0.006399,0.04904,0.05373,0.01587,0.03003,0.006193,25.38,17.33,184.6,2019,0.1622,0.6656,0.7119,0.2654,0.4601,0.1189"
        + "]}]}");

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
    private static partial Regex Address_();
}
