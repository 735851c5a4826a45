using System.Diagnostics;
using Assay.Prover.Simd;
using Assay.Prover.Tests.Commitments;

namespace Assay.Prover.Tests;

/// <summary>The same bytes with instruction sets switched off, which only a new process can do.</summary>
public sealed class InstructionSetTests
{
    [Fact]
    public async Task Digests_WithoutInstructionSets_AreTheSame()
    {
        (string Variable, string MustBeOff)[] runs =
            [("DOTNET_EnableAVX512", "avx512bw"), ("DOTNET_EnableAVX2", "avx2"), ("DOTNET_EnableHWIntrinsic", "vector128")];
        Task<string[]>[] children = [.. runs.Select(run => RunWithoutAsync(run.Variable))];
        string[] expected = [.. Enum.GetValues<VectorPath>().Select(path => $"{path} {KernelDigest.Of(path)}")];
        Assert.Single(expected.Select(line => line.Split(' ')[1]).Distinct());
        for (int i = 0; i < runs.Length; i++)
        {
            string[] lines = await children[i];
            Assert.True(lines.Length > 2);
            Assert.Equal(expected.Where(line => lines.Any(other => other.Split(' ')[0] == line.Split(' ')[0])), lines[..^1]);
            Assert.DoesNotContain(runs[i].MustBeOff, lines[^1].Split(' '));
        }
    }

    private static async Task<string[]> RunWithoutAsync(string variable)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { typeof(InstructionSetTests).Assembly.Location },
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
