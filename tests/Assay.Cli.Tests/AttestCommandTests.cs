using System.Text.Json;
using Assay.Testing;

namespace Assay.Cli.Tests;

/// <summary><c>assay attest</c> on real evidence, as a person uses it. Needs no node and no network.</summary>
public sealed class AttestCommandTests : IDisposable
{
    private static readonly string Vectors = Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "attestation");
    private static readonly string Nitro = Path.Combine(Vectors, "nitro", "veracruz-2022-11-09.cbor");
    private static readonly string Quote = Path.Combine(Vectors, "tdx", "google-v5-2026.dat");

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-attest-").FullName;

    private string Policy => Path.Combine(_folder, "policy.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Show_SaysWhatItIsAndThatNothingWasVerified()
    {
        CliRunner.Result shown = await CliRunner.ProcessAsync("attest", "show", Nitro);
        Assert.True(shown.ExitCode == 0, shown.Error);
        Assert.StartsWith("NOT VERIFIED.", shown.Output, StringComparison.Ordinal);
        Assert.Contains("aws-nitro: a document of AWS Nitro Enclaves", shown.Output, StringComparison.Ordinal);
        Assert.Contains("pcr0 ", shown.Output, StringComparison.Ordinal);
        Assert.Contains("third-party-hosted: AWS holds the machine", shown.Output, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse((await RunAsync("show", Quote, "--json")).Output);
        Assert.Equal("intel-tdx", json.RootElement.GetProperty("type").GetString());
        Assert.False(json.RootElement.GetProperty("verified").GetBoolean());
        Assert.Equal(96, json.RootElement.GetProperty("measurements").GetProperty("mrtd").GetString()!.Length);
    }

    [Fact]
    public async Task Show_OfSomethingElseAsksForTheType()
    {
        string file = Path.Combine(_folder, "x.bin");
        await File.WriteAllTextAsync(file, "not evidence");
        CliRunner.Result unknown = await RunAsync("show", file);
        Assert.Equal(3, unknown.ExitCode);
        Assert.Contains("--type", unknown.Error, StringComparison.Ordinal);
        CliRunner.Result said = await RunAsync("show", file, "--type", "amd-sev-snp");
        Assert.Equal(3, said.ExitCode);
        Assert.Contains("snp/length", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_RealEvidenceUnderAPolicyThatPinsIt_StopsOnlyAtTheBinding()
    {
        Assert.Equal(0, (await RunAsync("policy", "new", Quote, "--out", Policy)).ExitCode);
        string[] collateral = [.. Directory.GetFiles(Path.Combine(Vectors, "dcap-collateral", "2026-03")).Append(Path.Combine(Vectors, "dcap-collateral", "tcb_signing_2025.der")).SelectMany(static file => new[] { "--collateral", file })];
        CliRunner.Result verified = await RunAsync(["verify", Quote, "--policy", Policy, "--at", "2026-03-20T00:00:00Z", .. collateral]);
        Assert.Equal(3, verified.ExitCode);
        Assert.Contains("NOT EVALUATED", verified.Output, StringComparison.Ordinal);
        Assert.Contains("tee/no-binding", verified.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", verified.Output, StringComparison.Ordinal);
        Assert.Contains("UpToDate", verified.Output, StringComparison.Ordinal);
        Assert.Contains("TEE.fail (2025)", verified.Output, StringComparison.Ordinal);

        // The same without collateral, and flipped.
        using JsonDocument without = JsonDocument.Parse((await RunAsync("verify", Quote, "--policy", Policy, "--at", "2026-03-20T00:00:00Z", "--json")).Output);
        Assert.Equal("not-evaluated", without.RootElement.GetProperty("outcome").GetString());
        byte[] changed = await File.ReadAllBytesAsync(Quote);
        changed[200] ^= 1;
        string file = Path.Combine(_folder, "changed.dat");
        await File.WriteAllBytesAsync(file, changed);
        CliRunner.Result rejected = await RunAsync("verify", file, "--policy", Policy, "--at", "2026-03-20T00:00:00Z");
        Assert.Equal(1, rejected.ExitCode);
        Assert.Contains("none of it counts", rejected.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_NewCheckShowSign_AndAnEndorsedPlatform()
    {
        CliRunner.Result made = await RunAsync("policy", "new", Nitro, "--name", "veracruz", "--out", Policy);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("Whether it is genuine wasn't checked", made.Output, StringComparison.Ordinal);
        Assert.StartsWith("good", (await RunAsync("policy", "check", Policy)).Output, StringComparison.Ordinal);

        string key = Path.Combine(_folder, "publisher.key");
        Assert.Equal(0, (await CliRunner.RunAsync(["publisher", "key", "--key", key])).ExitCode);
        string signed = Path.Combine(_folder, "policy.signed");
        CliRunner.Result sign = await RunAsync("policy", "sign", Policy, "--key", key, "--out", signed);
        Assert.True(sign.ExitCode == 0, sign.Error);
        string line = sign.Output.Split('\n').Single(static text => text.StartsWith("trust", StringComparison.Ordinal))[5..].Trim().Replace("NAME", "me", StringComparison.Ordinal);
        string trust = Path.Combine(_folder, "trust.txt");
        await File.WriteAllTextAsync(trust, line + "\nquorum none\n");
        CliRunner.Result shown = await RunAsync("policy", "show", signed);
        Assert.Contains("'veracruz' version 1", shown.Output, StringComparison.Ordinal);
        Assert.Contains("policy-issuer NAME", shown.Output, StringComparison.Ordinal);

        // A signed policy counts by the trust file only.
        const string At = "2022-11-09T23:00:00Z";
        Assert.Contains("tee/no-policy", (await RunAsync("verify", Nitro, "--policy", signed, "--at", At)).Output, StringComparison.Ordinal);
        Assert.Contains("under policy 'veracruz' version 1", (await RunAsync("verify", Nitro, "--policy", signed, "--trust", trust, "--at", At)).Output, StringComparison.Ordinal);

        CliRunner.Result endorsed = await RunAsync("endorse-platform", Nitro, "--host", "Example Data Centre", "--key", key, "--out", Path.Combine(_folder, "e"));
        Assert.True(endorsed.ExitCode == 0, endorsed.Error);
        Assert.Contains("platform-endorser NAME", endorsed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policy_WithAFault_SaysWhere()
    {
        await File.WriteAllTextAsync(Policy, """{"profile":"assay/attestation-policy/v1","name":"x","version":1,"builds":[],"types":{"aws-nitro":{}}}""");
        CliRunner.Result result = await RunAsync("policy", "check", Policy);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("at /builds", result.Error, StringComparison.Ordinal);
        Assert.Contains("attestation-policy/range", result.Error, StringComparison.Ordinal);
    }

    private static Task<CliRunner.Result> RunAsync(params string[] arguments) => CliRunner.RunAsync(["attest", .. arguments]);
}
