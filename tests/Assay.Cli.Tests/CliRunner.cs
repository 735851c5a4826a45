using System.Diagnostics;
using System.Text;
using Assay.Cli.Console;

namespace Assay.Cli.Tests;

/// <summary>
/// Runs the command line: as a call, which is all of a command but its process, or in a process of its own. Each command has a test
/// that runs the process.
/// </summary>
internal static class CliRunner
{
    static CliRunner()
    {
        // For calls, and for processes, which inherit them.
        Environment.SetEnvironmentVariable("ASSAY_MODELS", Path.Combine(Testing.Oracles.RepositoryRoot, "models"));
        Environment.SetEnvironmentVariable("ASSAY_TRUST", null);
        Environment.SetEnvironmentVariable("ASSAY_FOLDER", null);
    }

    internal sealed record Result(int ExitCode, string Output, string Error);

    internal static ProcessStartInfo StartInfo(IEnumerable<string> arguments, string? folder = null)
    {
        ProcessStartInfo info = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "assay.dll"));
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return info;
    }

    internal static async Task<Result> RunAsync(params string[] arguments)
    {
        using MemoryStream output = new();
        await using StreamWriter words = new(output) { AutoFlush = true };
        await using StringWriter errors = new();
        // A command's pieces may speak at the same time, as the process's own output lets them.
        Terminal terminal = new(TextWriter.Synchronized(words), TextWriter.Synchronized(errors), output);
        int exit = await Task.Run(() => CommandActions.RunAsync(arguments, terminal)).WaitAsync(TimeSpan.FromMinutes(5));
        return new Result(exit, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }

    internal static Task<Result> ProcessAsync(params string[] arguments) => ProcessAsync(StartInfo(arguments));

    internal static async Task<Result> ProcessAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(limit.Token);
        return new Result(process.ExitCode, await output, await error);
    }
}
