using System.Security.Cryptography;

namespace Assay.Cli.Tests;

/// <summary>Whatever happens with a node's keys, no output holds any of them.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class NodeKeyLeakTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-leak-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task NoOutput_HoldsKeyOrPassphrase()
    {
        string node = Path.Combine(_folder, "node");
        await using (await CliNode.StartAsync(node))
        {
        }

        string receipt = Directory.GetFiles(Path.Combine(node, "keys"), "receipt*.pem").Single();
        string seed = Path.Combine(node, "keys", "log.seed");
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(receipt));
        byte[][] secrets = [key.ExportParameters(true).D!, key.ExportPkcs8PrivateKey(), await File.ReadAllBytesAsync(seed)];
        string passphrase = Path.Combine(_folder, "pass");
        await File.WriteAllTextAsync(passphrase, "a passphrase that is nowhere else\n");
        File.SetUnixFileMode(passphrase, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        List<CliRunner.Result> runs = [];
        async Task<int> RunAsync(params string[] arguments)
        {
            CliRunner.Result result = await CliRunner.ProcessAsync(arguments);
            runs.Add(result);
            return result.ExitCode;
        }

        Assert.Equal(0, await RunAsync("keyset", "show", "--folder", node, "--json"));
        Assert.Equal(3, await RunAsync("serve", "--folder", node, "--key-passphrase-file", passphrase));
        File.SetUnixFileMode(seed, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Equal(3, await RunAsync("serve", "--folder", node));
        File.SetUnixFileMode(seed, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(0, await RunAsync("keyset", "protect", "--folder", node, "--key-passphrase-file", passphrase));
        Assert.Equal(3, await RunAsync("serve", "--folder", node));
        Assert.Equal(0, await RunAsync("keyset", "show", "--folder", node, "--key-passphrase-file", passphrase));
        await File.AppendAllTextAsync(Path.Combine(node, "keyset.cbor"), "x");
        Assert.Equal(3, await RunAsync("serve", "--folder", node, "--key-passphrase-file", passphrase));
        Assert.Contains(runs, static r => r.Error.Contains("nodekey/not-encrypted", StringComparison.Ordinal));
        Assert.Contains(runs, static r => r.Error.Contains("nodekey/mode", StringComparison.Ordinal));
        Assert.Contains(runs, static r => r.Error.Contains("nodekey/passphrase-needed", StringComparison.Ordinal));

        string everything = string.Concat(runs.Select(static r => r.Output + r.Error));
        Assert.DoesNotContain("a passphrase that is nowhere else", everything, StringComparison.Ordinal);
        foreach (byte[] secret in secrets)
        {
            // A third of it would be too much.
            byte[] part = secret[..Math.Min(secret.Length, 24)];
            Assert.DoesNotContain(Convert.ToHexString(part), everything, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(Convert.ToBase64String(part)[..30], everything, StringComparison.Ordinal);
        }
    }
}
