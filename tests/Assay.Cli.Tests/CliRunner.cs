using System.Diagnostics;

namespace Assay.Cli.Tests;

/// <summary>Runs the real command line in a process of its own.</summary>
internal static class CliRunner
{
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

        info.Environment["ASSAY_MODELS"] = Path.Combine(Testing.Oracles.RepositoryRoot, "models");
        info.Environment.Remove("ASSAY_TRUST");
        info.Environment.Remove("ASSAY_FOLDER");
        return info;
    }

    internal static Task<Result> RunAsync(IEnumerable<string> arguments, string? folder = null) => RunAsync(StartInfo(arguments, folder));

    internal static async Task<Result> RunAsync(ProcessStartInfo start)
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
