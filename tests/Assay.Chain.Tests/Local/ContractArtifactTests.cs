using System.Diagnostics;
using System.Text;
using Assay.Primitives;
using Assay.Testing;

namespace Assay.Chain.Tests;

public sealed class ContractArtifactTests
{
    private static readonly string Folder = Path.Combine(Oracles.RepositoryRoot, "contracts");

    [Theory]
    [InlineData("TestToken")]
    [InlineData("Permit2")]
    [InlineData("ExactProxy")]
    [InlineData("UptoProxy")]
    [InlineData("Multicall3")]
    public void Artifact_names_the_sources_as_they_are(string name)
    {
        StringBuilder sources = new();
        foreach (string file in Directory.EnumerateFiles(Folder, "*.sol").Order(StringComparer.Ordinal))
        {
            sources.Append(Path.GetFileName(file)).Append('\n').Append(File.ReadAllText(file));
        }

        Assert.Equal(Digest32.Sha256(Encoding.UTF8.GetBytes(sources.ToString())).ToString(), ContractArtifact.Load(name).SourcesDigest);
    }

    [OracleFact(Oracle.Solc)]
    public void Artifacts_are_what_the_compiler_makes()
    {
        // The compiler takes 15 seconds.
        if (Environment.GetEnvironmentVariable("ASSAY_DEEP") != "1")
        {
            return;
        }

        using Process process = Process.Start("node", [Path.Combine(Folder, "build.mjs"), "--check"]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
