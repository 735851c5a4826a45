using System.Net;
using System.Text;
using Assay.Cli.Commands;
using Assay.Log.Checking;
using Assay.Models.Store;
using Assay.Node.Attesting;
using Assay.Node.Issuing;
using Assay.Node.Keys;
using Assay.Primitives;
using Assay.Receipts;
using Assay.Replayer;
using Assay.Verification;

namespace Assay.Cli.Tests;

/// <summary>kill -9 at any moment: what was acknowledged is never lost, and the log stays one log.</summary>
public sealed class KillTests
{
    // The log's own tests kill a writer 20 times in every run; here a whole node is killed, more often in the deep run.
    private static readonly int Kills = Environment.GetEnvironmentVariable("ASSAY_DEEP") == "1" ? 50 : 2;

    [Fact]
    public async Task ANodeKilledUnderLoad_LosesNoAcknowledgedReceipt()
    {
        string folder = Directory.CreateTempSubdirectory("assay-kill-").FullName;
        try
        {
            await CliRunner.RunAsync(["model", "add", Path.Combine(Testing.Oracles.RepositoryRoot, "models", "risk"), "--folder", folder]);
            List<ReceiptId> acknowledged = [];
            Random random = new(7);
            for (int kill = 0; kill < Kills; kill++)
            {
                acknowledged.AddRange(await RunAndKillAsync(folder, TimeSpan.FromMilliseconds(random.Next(5, 300)), CliNode.RiskRequest()));
            }

            Assert.True(acknowledged.Count > Kills, $"only {acknowledged.Count} receipts were acknowledged: the test would show little");
            FsckReport report = Fsck.Run(Path.Combine(folder, "log"));
            Assert.Empty(report.Findings);
            await using CliNode node = await CliNode.StartAsync(folder);
            foreach (ReceiptId id in acknowledged)
            {
                byte[] bundle = await node.Client.GetBundleAsync(id, null, CancellationToken.None);
                Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle, Now = TimeProvider.System.GetUtcNow(), FirstUse = true });
                Assert.True(verdict.Outcome == Outcome.Met, $"{id}: {verdict.Summary}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task ANodeKilledUnderLoad_LosesNoPeersWordThatAnAnswerRestedOn()
    {
        string folder = Directory.CreateTempSubdirectory("assay-kill-").FullName;
        try
        {
            await CliRunner.RunAsync(["model", "add", Path.Combine(Testing.Oracles.RepositoryRoot, "models", "risk"), "--folder", folder]);
            using NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, "localhost/assay", TimeProvider.System.GetUtcNow());
            TrustFile trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(identity.TrustText), out _, out _)!;
            ModelStore store = NodeFolder.Store(folder);
            Assert.True(ModelId.TryParse(store.Resolve("risk").Value!.ModelId, out ModelId model));
            await using ReplayerHost peer = await ReplayerHost.StartAsync(
                new ReplayerOptions { Folder = Path.Combine(folder, "peer"), Trust = trust, Models = [((StoredModel.Exact)store.Load(model).Value!).Model], Url = "http://127.0.0.1:0" }, TimeProvider.System, CancellationToken.None);
            string by = $"\"by\":[\"replay\"],\"peers\":[\"{peer.Peer}\"]";
            PolicyDocument policy = PolicyDocument.TryRead(Encoding.UTF8.GetBytes($"{{\"require\":[{{\"question\":\"model\",{by}}},{{\"question\":\"computed-right\",{by}}}]}}"), out _)!;
            string[] replayer = ["--replayer", $"{peer.Address}={Convert.ToHexStringLower(peer.Key.ToArray())}"];
            List<ReceiptId> acknowledged = [];
            Random random = new(8);
            for (int kill = 0; kill < Kills / 2; kill++)
            {
                acknowledged.AddRange(await RunAndKillAsync(folder, TimeSpan.FromMilliseconds(random.Next(5, 300)), CliNode.RiskRequest(policy.Text), replayer));
            }

            Assert.True(acknowledged.Count > Kills / 2, $"only {acknowledged.Count} receipts were acknowledged: the test would show little");
            Assert.Empty(Fsck.Run(Path.Combine(folder, "log"), new FsckOptions { CheckReceipt = StoredReceiptCheck.Check, CheckEndorsement = StoredEndorsementCheck.Check }).Findings);

            // Without the peer: what it said is the node's now.
            await using CliNode node = await CliNode.StartAsync(folder);
            foreach (ReceiptId id in acknowledged)
            {
                byte[] bundle = await node.Client.GetBundleAsync(id, null, CancellationToken.None);
                Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle, Now = TimeProvider.System.GetUtcNow(), Trust = trust, Policy = policy, AskedPolicy = policy });
                Assert.True(verdict.Outcome == Outcome.Met, $"{id}: {verdict.Summary}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task ANodeKilledUnderLoad_LosesNoEndorsementByHardware_ThatAnAnswerRestedOn()
    {
        string folder = Directory.CreateTempSubdirectory("assay-kill-").FullName;
        try
        {
            await CliRunner.RunAsync(["model", "add", Path.Combine(Testing.Oracles.RepositoryRoot, "models", "risk"), "--folder", folder]);
            using NodeIdentity identity = NodeIdentity.OpenOrCreate(folder, "localhost/assay", TimeProvider.System.GetUtcNow());
            TrustFile trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(identity.TrustText), out _, out _)!;
            string[] attest = ["--attest", "simulator"];
            List<ReceiptId> acknowledged = [];
            Random random = new(9);
            for (int kill = 0; kill < Kills / 2; kill++)
            {
                acknowledged.AddRange(await RunAndKillAsync(folder, TimeSpan.FromMilliseconds(random.Next(5, 300)), CliNode.RiskRequest("\"tee\""), attest));
            }

            Assert.True(acknowledged.Count > Kills / 2, $"only {acknowledged.Count} receipts were acknowledged: the test would show little");
            Assert.Empty(Fsck.Run(Path.Combine(folder, "log"), new FsckOptions { CheckReceipt = StoredReceiptCheck.Check, CheckEndorsement = StoredEndorsementCheck.Check }).Findings);
            using SimulatorAttester simulator = SimulatorAttester.Open(folder, TimeProvider.System);
            AttestationTrust hardware = new() { Policies = [simulator.PolicyOfItsOwn()] };

            // Without the attester: evidence and endorsements are the node's, the keys have gone with their processes.
            await using CliNode node = await CliNode.StartAsync(folder);
            foreach (ReceiptId id in acknowledged)
            {
                byte[] bundle = await node.Client.GetBundleAsync(id, null, CancellationToken.None);
                Verdict verdict = Verifier.Verify(new VerificationInput { Bundle = bundle, Now = TimeProvider.System.GetUtcNow(), Trust = trust, Require = VerificationLevel.Tee, Attestation = hardware });
                Assert.True(verdict.Outcome == Outcome.Met, $"{id}: {verdict.Summary}");
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<List<ReceiptId>> RunAndKillAsync(string folder, TimeSpan life, byte[] request, params string[] more)
    {
        List<ReceiptId> acknowledged = [];
        await using CliNode node = await CliNode.StartAsync(folder, more);
        Task[] load = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using HttpClient http = new() { BaseAddress = node.Address, DefaultRequestVersion = HttpVersion.Version11 };
            while (true)
            {
                try
                {
                    using HttpResponseMessage response = await http.PostAsync("v2/models/risk/infer", new ByteArrayContent(request));
                    byte[] whole = await response.Content.ReadAsByteArrayAsync();
                    if (whole.Length > 0 && response.IsSuccessStatusCode && ReceiptId.TryParse(response.Headers.GetValues("Assay-Receipt").Single(), out ReceiptId id))
                    {
                        lock (acknowledged)
                        {
                            acknowledged.Add(id);
                        }
                    }
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        }))];
        // However busy the machine is: a kill before the first answers would show nothing.
        for (int wait = 0; wait < 3000 && Count() < 3; wait++)
        {
            await Task.Delay(20);
        }

        await Task.Delay(life);
        node.Kill();
        await Task.WhenAll(load).WaitAsync(TimeSpan.FromMinutes(1));
        return acknowledged;

        int Count()
        {
            lock (acknowledged)
            {
                return acknowledged.Count;
            }
        }
    }
}
