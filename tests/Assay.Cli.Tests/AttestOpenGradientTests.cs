using System.Security.Cryptography;
using System.Text.Json;

namespace Assay.Cli.Tests;

/// <summary><c>assay attest opengradient</c> over files, with AWS's own root: a real document that isn't OpenGradient's.</summary>
public sealed class AttestOpenGradientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-og-").FullName;

    public AttestOpenGradientTests()
    {
        using RSA key = RSA.Create(2048);
        File.WriteAllText(Key, key.ExportSubjectPublicKeyInfoPem());
        File.WriteAllText(Document, Convert.ToBase64String(File.ReadAllBytes(
            Path.Combine(Testing.Oracles.RepositoryRoot, "spec", "vectors", "attestation", "nitro", "veracruz-2022-11-09.cbor"))));
    }

    private string Key => Path.Combine(_folder, "key.pem");

    private string Document => Path.Combine(_folder, "document.b64");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_document_of_somebody_elses_enclave_is_AWSs_and_fails_the_rule()
    {
        CliRunner.Result result = await RunAsync("--document", Document, "--key", Key, "--at", "2022-11-09T23:00:00Z");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("REJECTED by OpenGradient's rule", result.Output, StringComparison.Ordinal);
        Assert.Contains("i-04fd167167daacf3b", result.Output, StringComparison.Ordinal);
        Assert.Contains("og/gap/nonce", result.Output, StringComparison.Ordinal);

        result = await RunAsync("--document", Document, "--key", Key, "--at", "2022-11-09T23:00:00Z", "--json");
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal("rejected", json.RootElement.GetProperty("outcome").GetString());
        Assert.Equal(
            ["og/document pass ", "og/mode pass ", "og/age FAIL og/age", "og/tls FAIL og/user-data", "og/key FAIL og/user-data", "og/build not evaluated og/not-given"],
            json.RootElement.GetProperty("steps").EnumerateArray().Select(step => $"{step.GetProperty("step").GetString()} {step.GetProperty("result").GetString()} {step.GetProperty("detail").GetString()}"));
    }

    [Fact]
    public async Task What_cant_be_read_is_said_and_isnt_a_verdict()
    {
        string empty = Path.Combine(_folder, "empty.json");
        await File.WriteAllTextAsync(empty, "{}");
        CliRunner.Result result = await RunAsync("--document", Document, "--key", Key, "--response", empty);
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("[og/response]", result.Error, StringComparison.Ordinal);
        Assert.Equal(3, (await RunAsync("--document", Document, "--key", Key, "--approved", empty)).ExitCode);
        Assert.Equal(3, (await RunAsync("--document", Document, "--key", empty)).ExitCode);
        Assert.Equal(3, (await RunAsync("--document", Path.Combine(_folder, "nothing"), "--key", Key)).ExitCode);
    }

    private static Task<CliRunner.Result> RunAsync(params string[] words) => CliRunner.RunAsync(["attest", "opengradient", .. words]);
}
