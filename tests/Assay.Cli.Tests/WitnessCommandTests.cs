using System.Text;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;

namespace Assay.Cli.Tests;

public sealed class WitnessCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-witness-").FullName;
    private readonly NoteSigner _log = new("log.example/1", new byte[32]);

    public void Dispose()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Verify_explains_a_fork_proof_and_says_what_proves_nothing()
    {
        string file = Path.Combine(_folder, "log.fork");
        byte[] proof = ForkProof.TryCreate(_log.VerifierKey, Sign(5, 0), Sign(5, 1), [])!.Encode();
        await File.WriteAllBytesAsync(file, proof);
        CliRunner.Result result = await CliRunner.RunAsync(["verify", file]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("FORK     The log 'log.example/1' signed two different contents of its first 5 entries", result.Output, StringComparison.Ordinal);
        Assert.Contains(_log.VerifierKey.ToString(), result.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, Encoding.UTF8.GetString(proof).Replace("\n5\n", "\n6\n", StringComparison.Ordinal));
        result = await CliRunner.RunAsync(["verify", file]);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("It says nothing about the log", result.Output, StringComparison.Ordinal);
        Assert.Contains("fork/signature", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Witness_key_and_trust_log_make_a_witness_and_refuse_what_is_no_key()
    {
        string folder = Path.Combine(_folder, "w");
        CliRunner.Result key = await CliRunner.ProcessAsync(["witness", "key", "--folder", folder, "--name", "w.example"]);
        Assert.Equal(0, key.ExitCode);
        Assert.NotNull(CosignatureKey.TryParse(key.Output.Trim(), out _));
        Assert.Equal(0, (await CliRunner.RunAsync(["witness", "trust-log", _log.VerifierKey.ToString(), "--folder", folder])).ExitCode);
        Assert.Equal(4, (await CliRunner.RunAsync(["witness", "trust-log", key.Output.Trim(), "--folder", folder])).ExitCode);
    }

    private SignedNote Sign(int size, int history) => _log.Sign(new Checkpoint(
        "log.example/1", (ulong)size, MerkleTree.Root([.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash([(byte)history, (byte)i]))])).Format());
}
