using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Xunit.Abstractions;

namespace Assay.Engine.Tests;

/// <summary>The same bytes with instruction sets switched off, which only a new process can do.</summary>
public sealed class InstructionSetTests(ITestOutputHelper output)
{
    private static readonly int End = Deep.IsOn ? 3000 : 40;

    [Fact]
    public async Task Digests_WithoutInstructionSets_AreTheSame()
    {
        (string Variable, string MustBeOff)[] runs =
            [("DOTNET_EnableAVX512", "avx512bw"), ("DOTNET_EnableAVX2", "avx2"), ("DOTNET_EnableHWIntrinsic", "vector128")];
        Task<string[]>[] children = [.. runs.Select(run => RunWithoutAsync(run.Variable))];
        string[] expected = [.. EngineHarness.Paths.Select(path => $"{path} {EngineHarness.Digest(path, 0, End)}")];
        Assert.Single(expected.Select(line => line.Split(' ')[1]).Distinct());
        for (int i = 0; i < runs.Length; i++)
        {
            string[] lines = await children[i];
            output.WriteLine($"{runs[i].Variable}=0 leaves: {lines[^1]}");
            Assert.Equal(expected, lines[..^1]);
            Assert.DoesNotContain(runs[i].MustBeOff, lines[^1].Split(' '));
        }
    }

    /// <summary>What this process may use.</summary>
    internal static string InstructionSets() => string.Join(' ', new[]
    {
        Avx512BW.IsSupported ? "avx512bw" : "",
        Avx2.IsSupported ? "avx2" : "",
        Sse2.IsSupported ? "sse2" : "",
        Vector128.IsHardwareAccelerated ? "vector128" : "",
        "plain",
    }.Where(name => name != ""));

    private static async Task<string[]> RunWithoutAsync(string variable)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { typeof(InstructionSetTests).Assembly.Location, "0", $"{End}" },
            Environment = { [variable] = "0" },
        };
        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string[] lines = (await child.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, await errors);
        return lines;
    }
}
