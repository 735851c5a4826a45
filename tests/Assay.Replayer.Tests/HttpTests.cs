using System.Text;
using System.Text.Json;
using Assay.Programs;
using Assay.Receipts;
using Assay.Verification;

namespace Assay.Replayer.Tests;

/// <summary>A peer over HTTP, as nodes ask it.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "IAsyncLifetime disposes.")]
public sealed class HttpTests : IAsyncLifetime
{
    private readonly TestNode _node = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) });
    private readonly ExactModel _model = TestModel.Tiny();
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-peer-").FullName;
    private ReplayerHost _peer = null!;

    public async Task InitializeAsync() => _peer = await StartAsync();

    public async Task DisposeAsync()
    {
        await _peer.DisposeAsync();
        _http.Dispose();
        _node.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refutation_is_listed_without_its_opening_and_survives_a_restart(bool reference)
    {
        Bundle honest = Sign(5);
        Bundle lie = Sign(6);
        await RestartAsync(options => options with { Reference = reference });
        TestPeer.Check(await ReplayAsync(honest), honest, _peer.Key, EndorsementFinding.Established);
        ReplayerReply refuted = await ReplayAsync(lie);
        AttachedEndorsement item = TestPeer.Check(refuted, lie, _peer.Key, EndorsementFinding.Refuted);

        await RestartAsync();
        ReplayerReply list = await GetAsync("v1/refutations");
        Assert.Equal((200, "text/plain", $"{item.Endorsement.Digest} {lie.Envelope.Digest}\n"), (list.Status, list.ContentType, Encoding.ASCII.GetString(list.Body.Span)));
        ReplayerReply one = await GetAsync($"v1/refutations/{item.Endorsement.Digest}");
        Assert.Equal((200, "application/vnd.assay.endorsement+cbor"), (one.Status, one.ContentType));
        Assert.Equal(item.WithoutOpening().Encode(), one.Body.ToArray());
        Assert.Equal(404, (await GetAsync($"v1/refutations/{honest.Envelope.Digest}")).Status);

        // The same word again, to the byte: commitment and endorsement.
        Assert.Equal(ReplayEvidence.TryDecode(item.Evidence!.Value, out _)!.Commitment.Bytes.ToArray(), (await PostAsync("v1/commitments", lie.ForCommitment())).Body.ToArray());
        Assert.Equal(refuted.Body.ToArray(), (await PostAsync("v1/endorsements", lie.ForEndorsement())).Body.ToArray());
    }

    [Fact]
    public async Task A_restart_between_the_steps_means_to_begin_again()
    {
        Bundle receipt = Sign(5);
        Assert.Equal(200, (await PostAsync("v1/commitments", receipt.ForCommitment())).Status);
        await RestartAsync();
        TestPeer.Refused(409, "replay/no-commitment", await PostAsync("v1/endorsements", receipt.ForEndorsement()));
        TestPeer.Check(await ReplayAsync(receipt), receipt, _peer.Key, EndorsementFinding.Established);
    }

    [Fact]
    public async Task It_says_who_it_is_and_what_it_has()
    {
        using JsonDocument about = JsonDocument.Parse((await GetAsync(".well-known/assay-replayer")).Body);
        Assert.Equal("assay/replayer/v1", about.RootElement.GetProperty("profile").GetString());
        Assert.StartsWith("assay/", about.RootElement.GetProperty("software").GetString(), StringComparison.Ordinal);
        Assert.Equal(Convert.ToHexStringLower(_peer.Key.ToArray()), about.RootElement.GetProperty("key").GetString());
        Assert.Equal(_peer.Peer.ToString(), about.RootElement.GetProperty("peer").GetString());
        Assert.Equal([_model.Id.ToString()], about.RootElement.GetProperty("models").EnumerateArray().Select(static m => m.GetString()!));
        Assert.Equal(200, (await GetAsync($"v1/models/{_model.Id}")).Status);
        TestPeer.Refused(404, "replay/model-unknown", await GetAsync($"v1/models/{TestModel.Tiny(3).Id}"));
        TestPeer.Refused(404, "replay/model-unknown", await GetAsync("v1/models/tiny"));
        TestPeer.Refused(404, "replay/not-found", await GetAsync("v2/models/tiny"));
        Assert.Equal("", Encoding.ASCII.GetString((await GetAsync("v1/refutations")).Body.Span));
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_no_bundle()
    {
        TestPeer.Refused(400, "replay/bundle", await PostAsync("v1/commitments", new byte[Bundle.MaxLength + 1]));
        TestPeer.Refused(400, "replay/bundle", await PostAsync("v1/commitments", []));
    }

    [Fact]
    public async Task Too_much_at_once_is_told_so_and_what_waits_is_answered()
    {
        using ManualResetEventSlim gate = new();
        Blocking blocking = new(gate);
        await RestartAsync(static options => options with { Concurrency = 1, Queue = 1 }, blocking);
        List<Task<ReplayerReply>> asked = [.. Enumerable.Range(0, 2).Select(_ => PostAsync("v1/commitments", Sign(5).ForCommitment()))];
        ReplayerReply? refused = null;
        for (int attempt = 0; refused is null && attempt < 500; attempt++)
        {
            // The two may not have come in yet: a third that gets in is one of the two that count.
            Task<ReplayerReply> third = PostAsync("v1/commitments", Sign(5).ForCommitment());
            asked.Add(third);
            refused = await Task.WhenAny(third, Task.Delay(200)) == third ? await third : null;
        }

        TestPeer.Refused(503, "replay/busy", refused!);

        // The refusal may be here before the run that is let in has begun.
        Assert.True(SpinWait.SpinUntil(() => blocking.Running == 1, TimeSpan.FromMinutes(1)));
        Assert.Equal(200, (await GetAsync($"v1/models/{_model.Id}")).Status);
        gate.Set();
        Assert.Contains(200, (await Task.WhenAll(asked)).Select(static reply => reply.Status));
        Assert.Equal(200, (await PostAsync("v1/commitments", Sign(5).ForCommitment())).Status);
    }

    [Fact]
    public async Task Bodies_hold_no_more_memory_together_than_they_may()
    {
        await RestartAsync(static options => options with { BodyBudget = 100_000 });
        TestPeer.Refused(503, "replay/busy", await PostAsync("v1/commitments", new byte[100_001]));
        TestPeer.Refused(400, "replay/bundle", await PostAsync("v1/commitments", new byte[100_000]));
    }

    private Bundle Sign(float first) => _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(first, -1)], at: TimeProvider.System.GetUtcNow());

    private Task<ReplayerHost> StartAsync(Func<ReplayerOptions, ReplayerOptions>? change = null, IReplayer? replayer = null)
    {
        ReplayerOptions options = new() { Folder = _folder, Trust = TestNode.Trust(_node.TrustText), Models = [_model], Url = "http://127.0.0.1:0" };
        return ReplayerHost.StartAsync(change?.Invoke(options) ?? options, replayer, TimeProvider.System, CancellationToken.None);
    }

    private async Task RestartAsync(Func<ReplayerOptions, ReplayerOptions>? change = null, IReplayer? replayer = null)
    {
        await _peer.DisposeAsync();
        _peer = await StartAsync(change, replayer);
    }

    private async Task<ReplayerReply> ReplayAsync(Bundle receipt)
    {
        Assert.Equal(200, (await PostAsync("v1/commitments", receipt.ForCommitment())).Status);
        return await PostAsync("v1/endorsements", receipt.ForEndorsement());
    }

    private async Task<ReplayerReply> PostAsync(string path, byte[] body)
    {
        // With 100-continue a refusal of the length comes before the body is sent; without it the connection may just break.
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(_peer.Address, path)) { Content = new ByteArrayContent(body) };
        request.Headers.ExpectContinue = body.Length > 1 << 20;
        using HttpResponseMessage response = await _http.SendAsync(request);
        return await ReadAsync(response);
    }

    private async Task<ReplayerReply> GetAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(_peer.Address, path));
        return await ReadAsync(response);
    }

    private static async Task<ReplayerReply> ReadAsync(HttpResponseMessage response)
    {
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        string type = response.Content.Headers.ContentType!.MediaType!;
        string? code = type == "application/json" && !response.IsSuccessStatusCode ? JsonDocument.Parse(body).RootElement.GetProperty("code").GetString() : null;
        return new ReplayerReply((int)response.StatusCode, type, body, code);
    }

    private sealed class Blocking(ManualResetEventSlim gate) : IReplayer
    {
        private int _running;

        public int Running => Volatile.Read(ref _running);

        public ReplayResult Replay(ReplayRequest request)
        {
            Interlocked.Increment(ref _running);
            Assert.True(gate.Wait(TimeSpan.FromMinutes(2)));
            Interlocked.Decrement(ref _running);
            return new ReplayResult.Refused();
        }
    }
}
