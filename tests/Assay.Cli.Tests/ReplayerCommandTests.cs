using System.Text.Json;
using Assay.Primitives.Cose;
using Assay.Programs;
using Assay.Receipts;
using Assay.Replayer.Tests;

namespace Assay.Cli.Tests;

public sealed class ReplayerCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-replayer-").FullName;
    private readonly TestNode _node = new();
    private readonly ExactModel _model = TestModel.Tiny();

    public ReplayerCommandTests()
    {
        string model = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;
        File.WriteAllBytes(Path.Combine(model, "program.cbor"), _model.ProgramBytes.ToArray());
        File.WriteAllBytes(Path.Combine(model, "weights.bin"), _model.Weights.Memory.ToArray());
        File.WriteAllText(Path.Combine(_folder, "trust.txt"), _node.TrustText);
    }

    public void Dispose()
    {
        _node.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Key_makes_a_peer_and_says_what_others_need_for_it()
    {
        CliRunner.Result made = await CliRunner.ProcessAsync("replayer", "key", "--folder", In("peer"), "--json");
        Assert.Equal(0, made.ExitCode);
        using JsonDocument json = JsonDocument.Parse(made.Output);
        string key = json.RootElement.GetProperty("key").GetString()!;
        Assert.True(P256PublicKey.TryFrom(Convert.FromHexString(key), out P256PublicKey parsed));
        Assert.Equal(parsed.Thumbprint().ToString(), json.RootElement.GetProperty("peer").GetString());
        CliRunner.Result again = await RunAsync("replayer", "key", "--folder", In("peer"));
        Assert.Contains($"trust    replayer NAME {key}", again.Output, StringComparison.Ordinal);
        CliRunner.Result added = await RunAsync("trust", "add", "replayer", "bob", key, "--trust", In("trust.txt"));
        Assert.True(added.ExitCode == 0, added.Error);
    }

    [Fact]
    public async Task Serve_names_key_models_and_nodes_and_verify_explains_what_it_refuted()
    {
        Bundle honest = Sign(5);
        Bundle lie = Sign(6);
        byte[] refuted, established;
        string listed;
        await using (CliReplayer peer = await CliReplayer.StartAsync(In("peer"), "--models", In("model"), "--trust", In("trust.txt")))
        {
            Assert.Contains($"model    {_model.Id}", peer.Output, StringComparison.Ordinal);
            Assert.Contains($"node     {_node.KeySet.Digest}", peer.Output, StringComparison.Ordinal);
            using HttpClient http = new() { BaseAddress = peer.Address };
            established = (await ReplayAsync(http, honest)).Encode();
            AttachedEndorsement item = await ReplayAsync(http, lie);
            listed = $"v1/refutations/{item.Endorsement.Digest}";
            refuted = await http.GetByteArrayAsync(listed);
            Assert.Equal(item.WithoutOpening().Encode(), refuted);
            await File.WriteAllBytesAsync(In("opened.refutation"), item.Encode());
        }

        await File.WriteAllBytesAsync(In("one.refutation"), refuted);
        await File.WriteAllBytesAsync(In("lie.receipt"), lie.Encode());
        await File.WriteAllBytesAsync(In("honest.receipt"), honest.Encode());

        CliRunner.Result shown = await RunAsync("verify", In("one.refutation"));
        Assert.Equal(1, shown.ExitCode);
        Assert.Contains($"receipt  {lie.Envelope.Digest}", shown.Output, StringComparison.Ordinal);
        Assert.Contains("REFUTED  This peer says: it ran that program", shown.Output, StringComparison.Ordinal);
        Assert.Contains("not who is right", shown.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("verify", In("one.refutation"), "--receipt", In("lie.receipt"))).ExitCode);
        Assert.Equal(1, (await RunAsync("verify", In("opened.refutation"), "--receipt", In("lie.receipt"))).ExitCode);

        CliRunner.Result other = await RunAsync("verify", In("one.refutation"), "--receipt", In("honest.receipt"), "--json");
        Assert.Equal(3, other.ExitCode);
        Assert.Contains("\"result\": \"other-receipt\"", other.Output, StringComparison.Ordinal);

        byte[] altered = [.. refuted];
        altered[^100] ^= 1;
        await File.WriteAllBytesAsync(In("altered.refutation"), altered);
        Assert.Equal(3, (await RunAsync("verify", In("altered.refutation"))).ExitCode);
        await File.WriteAllBytesAsync(In("cut.refutation"), refuted[..^1]);
        Assert.Equal(3, (await RunAsync("verify", In("cut.refutation"))).ExitCode);
        await File.WriteAllBytesAsync(In("right.endorsement"), established);
        CliRunner.Result right = await RunAsync("verify", In("right.endorsement"));
        Assert.Equal(3, right.ExitCode);
        Assert.Contains("It refutes nothing", right.Output, StringComparison.Ordinal);
        Assert.Equal(4, (await RunAsync("verify", In("lie.receipt"), "--receipt", In("lie.receipt"))).ExitCode);
    }

    [Fact]
    public async Task A_peer_that_is_killed_keeps_every_refutation_that_it_gave_out()
    {
        Dictionary<string, Bundle> given = [];
        for (int kill = 0; kill < 4; kill++)
        {
            await using CliReplayer peer = await CliReplayer.StartAsync(In("peer"), "--models", In("model"), "--trust", In("trust.txt"), "--reference");
            using HttpClient http = new() { BaseAddress = peer.Address };
            Task killer = Task.CompletedTask;
            try
            {
                for (int i = 0; i < 10_000; i++)
                {
                    Bundle lie = Sign(6);
                    given.Add((await ReplayAsync(http, lie)).Endorsement.Digest.ToString(), lie);
                    if (i == 2 + kill)
                    {
                        killer = Task.Run(peer.Kill);
                    }
                }

                Assert.Fail("it wasn't killed");
            }
            catch (HttpRequestException)
            {
                await killer;
            }
        }

        await using CliReplayer last = await CliReplayer.StartAsync(In("peer"), "--models", In("model"), "--trust", In("trust.txt"));
        using HttpClient again = new() { BaseAddress = last.Address };
        string[] lines = (await again.GetStringAsync("v1/refutations")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(given.Count >= 4 * 3);
        foreach ((string endorsement, Bundle lie) in given)
        {
            Assert.Contains($"{endorsement} {lie.Envelope.Digest}", lines);
            Assert.Equal(endorsement, (await ReplayAsync(again, lie)).Endorsement.Digest.ToString());
        }
    }

    [Theory]
    [InlineData("no-such-folder", "model/not-a-store")]
    [InlineData(".", "model/not-a-store")]
    public async Task Models_that_arent_there_are_named(string models, string code)
    {
        CliRunner.Result result = await RunAsync("replayer", "serve", "--folder", In("peer"), "--models", In(models), "--trust", In("trust.txt"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains(code, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("models")));
    }

    private static async Task<AttachedEndorsement> ReplayAsync(HttpClient http, Bundle receipt)
    {
        using HttpResponseMessage committed = await http.PostAsync("v1/commitments", new ByteArrayContent(receipt.ForCommitment()));
        committed.EnsureSuccessStatusCode();
        using HttpResponseMessage endorsed = await http.PostAsync("v1/endorsements", new ByteArrayContent(receipt.ForEndorsement()));
        endorsed.EnsureSuccessStatusCode();
        return AttachedEndorsement.TryDecode(await endorsed.Content.ReadAsByteArrayAsync(), out string? error) ?? throw new InvalidOperationException(error);
    }

    private Bundle Sign(float first) => _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(first, -1)], at: TimeProvider.System.GetUtcNow());

    private string In(string name) => Path.Combine(_folder, name);

    private static Task<CliRunner.Result> RunAsync(params string[] arguments) => CliRunner.RunAsync(arguments);
}
