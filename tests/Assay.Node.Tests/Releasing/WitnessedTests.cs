using System.Text;
using System.Text.Json;
using Assay.Client;
using Assay.Node.Keys;
using Assay.Node.Tests.Witnessing;
using Assay.Node.Witnessing;
using Assay.Receipts;
using Assay.Verification;
using Assay.Witness;

namespace Assay.Node.Tests.Releasing;

/// <summary>Policies that want witnesses before the answer: the gate waits for cosignatures, and the bundle has those that it saw.</summary>
public sealed class WitnessedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-witnessed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task TheAnswer_IsReleasedWhenSoManyHaveCosigned()
    {
        await using WitnessHost one = await WitnessAsync("one.example");
        await using WitnessHost two = await WitnessAsync("two.example");
        await using NodeFixture node = await StartAsync(new(one.Address, one.Key), new(two.Address, two.Key));
        PolicyDocument policy = Policy("\"witnesses\":2,\"within\":\"20s\"");
        TrustFile trust = TrustFile.TryParse(Encoding.UTF8.GetBytes($"{node.Host.Identity.TrustText}witness a {one.Key}\nwitness b {two.Key}\ngroup g all a b\nquorum g\n"), out _, out _)!;
        for (int i = 0; i < 3; i++)
        {
            CheckedAnswer answer = await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], policy, new CheckOptions { Trust = trust }, CancellationToken.None);
            Assert.NotNull(answer.Verdict.Receipt!.AcceptedAt);
        }
    }

    [Theory]
    [InlineData("\"witnesses\":1", 200)]
    [InlineData("\"within\":\"20s\"", 200)]
    [InlineData("\"witnesses\":2", 424)]
    [InlineData("\"witnesses\":1,\"within\":\"1ms\"", 424)]
    public async Task OneOfTwoIsDown(string asked, int expected)
    {
        await using WitnessHost one = await WitnessAsync("one.example");
        await using FakeWitness down = await FakeWitness.StartAsync("down");
        await using NodeFixture node = await StartAsync(new(one.Address, one.Key), new(down.Address, down.Key));
        (int status, string body) = await SendAsync(node, Policy(asked, expected == 200 ? "25s" : "2s"));
        Assert.True(expected == status, body);
        if (expected == 424)
        {
            using JsonDocument error = JsonDocument.Parse(body);
            Assert.Equal((UnmetReasons.Parameter, "logged"), (error.RootElement.GetProperty("missing")[0].GetProperty("why").GetString(), error.RootElement.GetProperty("missing")[0].GetProperty("question").GetString()));
        }
    }

    [Fact]
    public async Task MoreThanTheNodeHas_IsRefusedBeforeWork()
    {
        await using FakeWitness down = await FakeWitness.StartAsync("down");
        await using NodeFixture node = await StartAsync(new WitnessEndpoint(down.Address, down.Key));
        (int status, string body) = await SendAsync(node, Policy("\"witnesses\":2,\"within\":\"20s\""));
        Assert.Equal(422, status);
        using JsonDocument error = JsonDocument.Parse(body);
        Assert.Contains("wants 2 witnesses, and this node submits to 1", error.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"witnesses\":1,\"within\":\"20s\"", error.RootElement.GetProperty("alternatives")[0].GetString(), StringComparison.Ordinal);
    }

    private static PolicyDocument Policy(string parameters, string? deadline = null) =>
        PolicyDocument.TryRead(Encoding.UTF8.GetBytes($"{{\"require\":[{{\"question\":\"logged\",{parameters}}}]{(deadline is null ? "" : $",\"deadline\":\"{deadline}\"")}}}"), out _)!;

    private static async Task<(int Status, string Body)> SendAsync(NodeFixture node, PolicyDocument policy)
    {
        (int status, string body, _) = await node.SendAsync(HttpMethod.Post, "v2/models/tiny/infer", Encoding.UTF8.GetString(AssayClient.FormatRequest([NodeFixture.Input(1, 2)], policy)));
        return (status, body);
    }

    private Task<NodeFixture> StartAsync(params WitnessEndpoint[] witnesses) => NodeFixture.StartAsync(
        folder: Path.Combine(_folder, "node"), options: options => options with { Witnesses = witnesses, WitnessInterval = TimeSpan.FromMilliseconds(20) });

    private async Task<WitnessHost> WitnessAsync(string name)
    {
        string folder = Path.Combine(_folder, name);
        using (NodeIdentity identity = NodeIdentity.OpenOrCreate(Path.Combine(_folder, "node"), "test.example/log", TimeProvider.System.GetUtcNow()))
        using (WitnessStore store = WitnessStore.Open(folder, name))
        {
            store.Trust(identity.LogSigner.VerifierKey);
        }

        return await WitnessHost.StartAsync(new WitnessOptions { Folder = folder, Url = "http://127.0.0.1:0" }, TimeProvider.System, CancellationToken.None);
    }
}
