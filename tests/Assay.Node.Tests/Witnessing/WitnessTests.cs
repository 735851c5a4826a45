using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Assay.Client;
using Assay.Log.Checking;
using Assay.Node.Keys;
using Assay.Node.Witnessing;
using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;
using Assay.Verification;
using Assay.Witness;

namespace Assay.Node.Tests.Witnessing;

public sealed class WitnessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("assay-witness-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Cosignatures_are_published_and_in_bundles_and_survive_a_restart()
    {
        string folder = Path.Combine(_folder, "node");
        await using WitnessHost one = await WitnessAsync("one.example", folder);
        await using WitnessHost two = await WitnessAsync("two.example", folder);
        WitnessEndpoint[] witnesses = [new(one.Address, one.Key), new(two.Address, two.Key)];
        byte[] bundle;
        string? secret;
        await using (NodeFixture node = await StartAsync(folder, witnesses))
        {
            Answer answer = await AskAsync(node);
            Assert.Equal(Outcome.Met, node.Client.Check(answer, new CheckOptions { Trust = node.Trust, Require = VerificationLevel.Signed }).Outcome);
            Assert.True(await UntilAsync(async () => Cosigners(await CheckpointAsync(node), one.Key, two.Key) == 2));
            secret = answer.ReceiptSecret;
            bundle = await node.Client.GetBundleAsync(answer.ReceiptId, secret, CancellationToken.None);
            Assert.Equal(2, Cosigners(CheckpointOf(bundle), one.Key, two.Key));
            Assert.Equal(Outcome.Met, Verifier.Verify(new VerificationInput { Bundle = bundle, Trust = node.Trust, Now = TimeProvider.System.GetUtcNow() }).Outcome);

            // Later checkpoints don't take the place of the earliest that a witness saw the entry in.
            await AskAsync(node);
            Assert.Equal(CheckpointOf(bundle).Text, CheckpointOf(await node.Client.GetBundleAsync(answer.ReceiptId, answer.ReceiptSecret, CancellationToken.None)).Text);
            Assert.True(await UntilAsync(async () => Cosigners(await CheckpointAsync(node), one.Key, two.Key) == 2));
            Assert.All(await StatusAsync(node), status => Assert.Null(status.Error));
        }

        Assert.Equal(FsckOutcome.Clean, Fsck.Run(Path.Combine(folder, "log")).Outcome);
        await using NodeFixture again = await StartAsync(folder, []);
        Assert.Equal(2, Cosigners(await CheckpointAsync(again), one.Key, two.Key));
        Assert.Equal(bundle, await again.Client.GetBundleAsync(ReceiptOf(bundle), secret, CancellationToken.None));
    }

    [Fact]
    public async Task Bundle_shows_a_later_revocation_though_an_earlier_checkpoint_was_cosigned_too()
    {
        string folder = Path.Combine(_folder, "node");
        await using WitnessHost one = await WitnessAsync("one.example", folder);
        WitnessEndpoint[] witnesses = [new(one.Address, one.Key)];
        byte[] before;
        TrustFile trust;
        Primitives.Digest32 first;
        await using (NodeFixture node = await StartAsync(folder, witnesses))
        {
            Answer answer = await AskAsync(node);
            first = node.Host.Identity.KeySet.Digest;
            trust = TrustFile.TryParse(System.Text.Encoding.UTF8.GetBytes($"{node.Host.Identity.TrustText}witness w {one.Key}\nquorum w\n"), out _, out _)!;
            Assert.True(await UntilAsync(async () => Cosigners(await CheckpointAsync(node), one.Key) == 1));
            before = await node.Client.GetBundleAsync(answer.ReceiptId, answer.ReceiptSecret, CancellationToken.None);
            Assert.Equal(Outcome.Met, Judge(before).Outcome);
        }

        await KeyChange.RotateAsync(folder, TimeProvider.System);
        await KeyChange.RevokeAsync(folder, first, DateTimeOffset.UtcNow.AddHours(-1), "stolen", TimeProvider.System);
        await using NodeFixture again = await StartAsync(folder, witnesses);
        Assert.True(await UntilAsync(async () => Cosigners(await CheckpointAsync(again), one.Key) == 1));
        Verdict after = Judge(await again.Client.GetBundleAsync(ReceiptOf(before), null, CancellationToken.None));
        Assert.Equal((Outcome.Untrusted, CheckCodes.KeySetValidity), (after.Outcome, after.Reason));
        Assert.Equal(DetailCodes.Revoked, after.Checks.Single(static c => c.Code == CheckCodes.KeySetValidity).Detail);

        Verdict Judge(byte[] bundle) => Verifier.Verify(new VerificationInput { Bundle = bundle, Trust = trust, Now = TimeProvider.System.GetUtcNow() });
    }

    [Theory]
    [InlineData("down", "witness/unreachable")]
    [InlineData("hangs", "witness/timeout")]
    [InlineData("wrong-root", "witness/bad-cosignature")]
    [InlineData("wrong-key", "witness/bad-cosignature")]
    [InlineData("rubbish", "witness/bad-cosignature")]
    [InlineData("sizes", "witness/reply")]
    [InlineData("larger", "witness/rolled-back")]
    [InlineData("refuses", "witness/refused")]
    [InlineData("inconsistent", "witness/inconsistent")]
    [InlineData("endless", "witness/unreachable")]
    public async Task Witness_that_is_down_slow_or_lying_is_never_published(string behaviour, string code)
    {
        await using FakeWitness fake = await FakeWitness.StartAsync(behaviour);
        await using NodeFixture node = await StartAsync(Path.Combine(_folder, "node"), [new(fake.Address, fake.Key)], TimeSpan.FromMilliseconds(300));
        Assert.Equal(200, (await node.SendAsync(HttpMethod.Post, "/v2/models/tiny/infer", Encoding.UTF8.GetString(AssayClient.FormatRequest([NodeFixture.Input(1, 2)], VerificationLevel.Signed)))).Status);
        Assert.True(await UntilAsync(async () => (await StatusAsync(node))[0].Error == code), (await StatusAsync(node))[0].Error);
        Assert.True((await StatusAsync(node))[0].Failed > 0);
        Assert.Equal(0, (await StatusAsync(node))[0].Cosigned);
        SignedNote note = await CheckpointAsync(node);
        Assert.Single(note.Signatures);
        Answer answer = await AskAsync(node);
        Assert.Single(CheckpointOf(answer.Bundle).Signatures);
    }

    [Fact]
    public async Task Witness_that_hangs_delays_no_answer()
    {
        await using FakeWitness fake = await FakeWitness.StartAsync("hangs");
        await using NodeFixture node = await StartAsync(Path.Combine(_folder, "node"), [new(fake.Address, fake.Key)], Patience);
        await fake.Asked.WaitAsync(Patience);
        Stopwatch watch = Stopwatch.StartNew();
        Answer answer = await AskAsync(node);
        Assert.True(watch.Elapsed < 0.8 * Patience, $"{watch.Elapsed}");
        Assert.Single(CheckpointOf(answer.Bundle).Signatures);
        Assert.Equal(0, (await StatusAsync(node))[0].Failed);
    }

    [Fact]
    public async Task Rolled_back_node_is_caught_by_the_witness_and_when_it_grows_again_the_fork_is_published()
    {
        string folder = Path.Combine(_folder, "node");
        string old = Path.Combine(_folder, "old");
        await using WitnessHost witness = await WitnessAsync("one.example", folder);
        await using (NodeFixture node = await StartAsync(folder, []))
        {
            await AskAsync(node);
        }

        Copy(folder, old);
        int size;
        await using (NodeFixture node = await StartAsync(folder, [new(witness.Address, witness.Key)]))
        {
            for (int i = 0; i < 3; i++)
            {
                await AskAsync(node);
            }

            Assert.True(await UntilAsync(async () => (await StatusAsync(node))[0].Size == 5));
            size = 5;
        }

        // The operator puts an old copy back. All of its files agree, so the node itself can't know.
        await using NodeFixture rolled = await StartAsync(old, [new(witness.Address, witness.Key)]);
        Assert.True(await UntilAsync(async () => (await StatusAsync(rolled))[0].Error == "witness/rolled-back"));
        for (int i = 0; i < 4; i++)
        {
            await AskAsync(rolled);
        }

        Assert.True(await UntilAsync(async () => (await StatusAsync(rolled))[0].Error == "witness/inconsistent"));
        Assert.Single((await CheckpointAsync(rolled)).Signatures);
        using HttpClient http = new();
        string list = await http.GetStringAsync(new Uri(witness.Address, "forks"));
        byte[] file = await http.GetByteArrayAsync(new Uri(witness.Address, "forks/" + list.Split(' ')[0]));
        ForkProof proof = ForkProof.TryDecode(file, out _)!;
        Assert.Equal(CheckResult.Pass, proof.Check(out _));
        Assert.Equal((ulong)size, proof.FirstHead!.Size);
    }

    [Fact]
    public void Settings_are_read_or_refused_with_a_reason()
    {
        using CosignatureSigner signer = new("w.example", new byte[32]);
        WitnessEndpoint endpoint = WitnessEndpoint.TryParse($"http://127.0.0.1:1/w={signer.Key}", out string? error)!;
        Assert.Null(error);
        Assert.Equal("http://127.0.0.1:1/w/add-checkpoint", new Uri(endpoint.Url, "add-checkpoint").ToString());
        foreach (string bad in new[] { "", "http://a", $"ftp://a={signer.Key}", $"http://a?b=c={signer.Key}", "http://a=w+00000000+AAAA" })
        {
            Assert.Null(WitnessEndpoint.TryParse(bad, out error));
            Assert.NotNull(error);
        }

        NodeOptions twice = new() { Folder = "x", Witnesses = [endpoint, endpoint] };
        Assert.Contains(twice.Validate(), problem => problem.Contains("twice", StringComparison.Ordinal));
    }

    private static async Task<Answer> AskAsync(NodeFixture node) =>
        await node.Client.AskAsync("tiny", [NodeFixture.Input(1, 2)], VerificationLevel.Signed, CancellationToken.None);

    private static SignedNote CheckpointOf(byte[] bundle) => SignedNote.TryParse(Bundle.TryDecode(bundle, out _)!.LogProof!.Checkpoint.Span, out _)!;

    private static ReceiptId ReceiptOf(byte[] bundle) => Bundle.TryDecode(bundle, out _)!.Envelope.Statement.Id;

    private static int Cosigners(SignedNote note, params CosignatureKey[] keys) => keys.Count(key => Cosignature.Verify(note, key, out _) == CheckResult.Pass);

    private static async Task<SignedNote> CheckpointAsync(NodeFixture node) =>
        SignedNote.TryParse(await node.Client.GetAsync("log/checkpoint", CancellationToken.None), out _)!;

    private static async Task<List<(string? Error, long Cosigned, long Failed, ulong Size)>> StatusAsync(NodeFixture node)
    {
        using JsonDocument json = JsonDocument.Parse(await node.Client.GetAsync("v1/witnesses", CancellationToken.None));
        return [.. json.RootElement.GetProperty("witnesses").EnumerateArray().Select(one => (
            one.GetProperty("error").GetString(), one.GetProperty("cosigned").GetInt64(), one.GetProperty("failed").GetInt64(), one.GetProperty("size").GetUInt64()))];
    }

    private static Task<NodeFixture> StartAsync(string folder, IReadOnlyList<WitnessEndpoint> witnesses, TimeSpan? timeout = null) => NodeFixture.StartAsync(
        folder: folder,
        options: options => options with { Witnesses = witnesses, WitnessInterval = TimeSpan.FromMilliseconds(20), WitnessTimeout = timeout ?? TimeSpan.FromSeconds(5) });

    private static async Task<bool> UntilAsync(Func<Task<bool>> isSo)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < Patience; await Task.Delay(20))
        {
            if (await isSo())
            {
                return true;
            }
        }

        return false;
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>A witness of the node in that folder, which is made if it isn't there.</summary>
    private async Task<WitnessHost> WitnessAsync(string name, string nodeFolder)
    {
        if (!Directory.Exists(nodeFolder))
        {
            await using NodeFixture node = await StartAsync(nodeFolder, []);
        }

        string folder = Path.Combine(_folder, name);
        using (NodeIdentity identity = NodeIdentity.OpenOrCreate(nodeFolder, "test.example/log", TimeProvider.System.GetUtcNow()))
        using (WitnessStore store = WitnessStore.Open(folder, name))
        {
            store.Trust(identity.LogSigner.VerifierKey);
        }

        return await WitnessHost.StartAsync(new WitnessOptions { Folder = folder, Url = "http://127.0.0.1:0" }, TimeProvider.System, CancellationToken.None);
    }
}
