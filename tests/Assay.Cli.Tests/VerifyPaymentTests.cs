using System.Text.Json;
using Assay.Testing;

namespace Assay.Cli.Tests;

/// <summary><c>assay verify</c> of receipts of paid requests: by what a chain says, by what it said before, and without a chain.</summary>
public sealed class VerifyPaymentTests : IDisposable
{
    private const string At = "2026-11-21T12:00:00Z";
    private const string Paid = "paid-eip3009";

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-verify-payment").FullName;
    private readonly JsonElement _vectors = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Vectors, "index.json"))).RootElement.GetProperty("vectors");

    private static string Vectors => Path.Combine(Oracles.RepositoryRoot, "spec", "vectors", "payment-receipts");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task WithoutAChain_WhetherMoneyMovedIsNotEvaluated()
    {
        CliRunner.Result plain = await VerifyAsync(Paid, []);
        Assert.Equal(0, plain.ExitCode);
        Assert.Contains("Was it paid for?            not-evaluated", plain.Output, StringComparison.Ordinal);
        Assert.Contains("Whether money moved isn't shown", plain.Output.ReplaceLineEndings(" ").Replace("  ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Whether the payment was settled: nothing here shows that money moved.", plain.Output, StringComparison.Ordinal);

        CliRunner.Result explained = await CliRunner.RunAsync(["explain", Bundle(Paid)]);
        Assert.Matches("endorsement +present +established by settlement, by .*: 10000 of token 0x.* on eip155:84532, from 0x.* to 0x.*, transaction 0x", explained.Output);

        CliRunner.Result required = await VerifyAsync(Paid, ["--policy", Policy()]);
        Assert.Equal(3, required.ExitCode);
    }

    [Fact]
    public async Task WithAChain_ReceiptAndSettlementAreTiedTogether()
    {
        using FakeChain chain = new(Facts(Paid));
        CliRunner.Result met = await VerifyAsync(Paid, ["--policy", Policy(), "--chain", "base-sepolia=" + chain.Url, "--json"]);
        JsonElement verdict = JsonDocument.Parse(met.Output).RootElement;
        JsonElement paid = verdict.GetProperty("questions").EnumerateArray().Last();

        Assert.Equal(0, met.ExitCode);
        Assert.Equal(("paid", "established", "settlement"), (Text(paid, "question"), Text(paid, "status"), Text(paid, "by")));
        Assert.Equal("chain/rpc-honest", Text(paid.GetProperty("assumptions")[0], "code"));
        JsonElement payment = verdict.GetProperty("receipt").GetProperty("payment");
        Assert.Equal((3, true), (payment.GetProperty("confirmations").GetInt32(), payment.GetProperty("bound").GetBoolean()));
        Assert.StartsWith("0x", Text(payment, "transaction"), StringComparison.Ordinal);

        Assert.Equal(2, (await VerifyAsync(Paid, ["--policy", Policy(), "--chain", "eip155:84532=" + chain.Url, "--confirmations", "4"])).ExitCode);

        chain.ChainId = "0x1";
        CliRunner.Result other = await VerifyAsync(Paid, ["--chain", "eip155:84532=" + chain.Url]);
        Assert.Equal(3, other.ExitCode);
        Assert.Contains("chain/other-network", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FactsAreKept_AndServeOffline()
    {
        string kept = Path.Combine(_folder, "facts.json");
        using (FakeChain chain = new(Facts(Paid)))
        {
            CliRunner.Result facts = await CliRunner.ProcessAsync(["payment", "facts", Bundle(Paid), "--chain", "eip155:84532=" + chain.Url, "--out", kept]);
            Assert.Equal(0, facts.ExitCode);
            Assert.Contains("3 deep, took effect", facts.Output, StringComparison.Ordinal);
        }

        CliRunner.Result met = await VerifyAsync(Paid, ["--policy", Policy(), "--chain-facts", kept]);
        Assert.Equal(0, met.ExitCode);
        Assert.Contains("Was it paid for?            established    Yes: 0x", met.Output, StringComparison.Ordinal);
        Assert.Contains("if: What you were told of the chain is so", met.Output, StringComparison.Ordinal);

        CliRunner.Result forged = await VerifyAsync("chain-reverted", ["--chain-facts", Facts("chain-reverted")]);
        Assert.Equal(1, forged.ExitCode);
        Assert.Contains("payment/chain-differs", forged.Output, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string Bundle(string name) => Path.Combine(Vectors, name + ".receipt");

    private JsonElement Vector(string name) => _vectors.EnumerateArray().First(vector => Text(vector, "name") == name);

    private string Facts(string name) => Path.Combine(Vectors, Text(Vector(name), "chainFacts")!);

    private string Policy()
    {
        string path = Path.Combine(_folder, "policy.json");
        File.WriteAllText(path, Text(Vector(Paid), "policy"));
        return path;
    }

    private Task<CliRunner.Result> VerifyAsync(string name, string[] more)
    {
        string trust = Path.Combine(_folder, "trust.txt");
        File.WriteAllText(trust, Text(Vector(name), "trust"));
        return CliRunner.RunAsync(["verify", Bundle(name), "--trust", trust, "--at", At, .. more]);
    }
}
