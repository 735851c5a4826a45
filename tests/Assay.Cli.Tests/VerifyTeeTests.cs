using System.Text.Json;
using Assay.Testing;

namespace Assay.Cli.Tests;

/// <summary><c>assay verify</c> of receipts by attested hardware, with policies and collateral of one's own.</summary>
public sealed class VerifyTeeTests : IDisposable
{
    private const string At = "2026-11-21T12:00:00Z";

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-verify-tee").FullName;
    private readonly JsonElement _vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Vectors, "tee-receipts", "index.json"))).RootElement.GetProperty("vectors");

    private static string Vectors => Path.Combine(Oracles.RepositoryRoot, "spec", "vectors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task OwnPolicies_DecideWhatHardwareIsWorth()
    {
        string own = Policy("tee-own-policy");
        CliRunner.Result accepted = await VerifyAsync("tee-own-policy", "--require", "tee", "--attestation-policy", own);
        Assert.Equal(0, accepted.ExitCode);
        Assert.Contains("simulated hardware, which protects nothing", accepted.Output, StringComparison.Ordinal);

        CliRunner.Result without = await VerifyAsync("tee-own-policy", "--require", "tee");
        Assert.Equal(2, without.ExitCode);
        Assert.Contains("--attestation-policy", without.Output, StringComparison.Ordinal);

        string production = Policy("tee-policy-production");
        Assert.Equal(2, (await VerifyAsync("tee-own-policy", "--require", "tee", "--attestation-policy", production)).ExitCode);
        Assert.Equal(0, (await VerifyAsync("tee-own-policy", "--require", "tee", "--attestation-policy", production, "--attestation-policy", own)).ExitCode);
        Assert.Equal(4, (await VerifyAsync("tee-own-policy", "--attestation-policy", Bundle("tee-own-policy"))).ExitCode);
    }

    [Fact]
    public async Task Collateral_IsAFileOrAFolder_AndNothingElse()
    {
        string real = Path.Combine(Vectors, "attestation", "dcap-collateral", "2025-06");
        string own = Policy("tee-own-policy");
        Assert.Equal(0, (await VerifyAsync("tee-own-policy", "--require", "tee", "--attestation-policy", own, "--collateral", real)).ExitCode);
        Assert.Equal(0, (await VerifyAsync("tee-own-policy", "--require", "tee", "--attestation-policy", own, "--collateral", Path.Combine(Vectors, "attestation", "dcap-collateral", "tcb_signing_2025.der")))
            .ExitCode);
        Assert.Equal(4, (await VerifyAsync("tee-own-policy", "--collateral", own)).ExitCode);
        Assert.Equal(4, (await VerifyAsync("tee-own-policy", "--collateral", Directory.CreateDirectory(Path.Combine(_folder, "empty")).FullName)).ExitCode);
    }

    private JsonElement Vector(string name) => _vectors.EnumerateArray().First(vector => vector.GetProperty("name").GetString() == name);

    private static string Bundle(string name) => Path.Combine(Vectors, "tee-receipts", name + ".receipt");

    private string Policy(string name)
    {
        string path = Path.Combine(_folder, name + ".json");
        File.WriteAllText(path, Vector(name).GetProperty("attestationPolicies")[0].GetString());
        return path;
    }

    private Task<CliRunner.Result> VerifyAsync(string name, params string[] more)
    {
        string trust = Path.Combine(_folder, "trust.txt");
        File.WriteAllText(trust, Vector(name).GetProperty("trust").GetString());
        return CliRunner.RunAsync(["verify", Bundle(name), "--trust", trust, "--at", At, .. more]);
    }
}
