using System.Text;
using Assay.Client;
using Assay.Node.Keys;
using Assay.Node.Serving;
using Assay.Receipts;
using Assay.Replayer;
using Assay.Verification;

namespace Assay.Node.Tests.Releasing;

/// <summary>Two operators under different keys: a whole node, and a whole peer.</summary>
public sealed class ReplayerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-replayer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task APolicyThatNamesThePeer_IsMet_AndItsCallerNeedsNoModel()
    {
        await using ReplayerHost peer = await PeerAsync();
        await using NodeFixture node = await NodeAsync(peer, null);
        CheckedAnswer answer = await node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], Named(peer), new CheckOptions { Trust = node.Trust }, CancellationToken.None);
        Assert.All([Question.Model, Question.ComputedRight], question =>
            Assert.Equal((QuestionStatus.Established, Basis.Replay), (answer.Verdict.Questions.Single(q => q.Question == question).Status, answer.Verdict.Questions.Single(q => q.Question == question).By)));
        Assert.Equal(0, peer.Refutations);

        // Anybody can ask the peer, too; it says the same again.
        Bundle bundle = Bundle.TryDecode(answer.Answer.Bundle, out _)!;
        using HttpClient http = new();
        PeerAnswer again = await new ReplayPeer(http, new PeerAddress(peer.Address, peer.Key), TimeSpan.FromSeconds(30)).AskAsync(new PeerQuestion(bundle), CancellationToken.None);
        Assert.Equal(PeerStatus.Established, again.Status);
        Assert.Equal(bundle.Endorsements[0].Endorsement.Digest, again.Item!.Endorsement.Digest);
    }

    [Fact]
    public async Task ANodeThatRunsSomethingElse_IsRefuted_AndThePeerKeepsIt()
    {
        await using ReplayerHost peer = await PeerAsync();
        await using NodeFixture node = await NodeAsync(peer, new LyingRunner());
        NodeException refused = await Assert.ThrowsAsync<NodeException>(() =>
            node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], Named(peer), new CheckOptions { Trust = node.Trust }, CancellationToken.None));
        Assert.Equal((424, "verification_shortfall"), (refused.Status, refused.Code));
        Assert.Contains(peer.Peer.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, peer.Refutations);
    }

    [Fact]
    public async Task APeerThatDoesNotServeTheNode_SaysSo()
    {
        await using ReplayerHost peer = await PeerAsync("other");
        await using NodeFixture node = await NodeAsync(peer, null);
        NodeException refused = await Assert.ThrowsAsync<NodeException>(() =>
            node.Client.InferAsync("tiny", [NodeFixture.Input(1, 2)], Named(peer), new CheckOptions { Trust = node.Trust }, CancellationToken.None));
        Assert.Contains("replay/node-not-served", refused.Message, StringComparison.Ordinal);
    }

    private static PolicyDocument Named(ReplayerHost peer) => PolicyDocument.TryRead(Encoding.UTF8.GetBytes(
        $$"""{"require":[{"question":"model","by":["replay"],"peers":["{{peer.Peer}}"]},{"question":"computed-right","by":["replay"],"peers":["{{peer.Peer}}"]}],"deadline":"30s"}"""), out _)!;

    private Task<NodeFixture> NodeAsync(ReplayerHost peer, IModelRunner? runner) => NodeFixture.StartAsync(
        runner is null ? null : [ServedModels.Create(TestModels.Tiny(), new ModelTerms("tiny", "", null, true), "", "{}"u8.ToArray(), runner)],
        folder: Path.Combine(_folder, "node"),
        options: options => options with { ReplayPeers = [new PeerAddress(peer.Address, peer.Key)], ReplayTimeout = TimeSpan.FromSeconds(30) });

    private async Task<ReplayerHost> PeerAsync(string serves = "node")
    {
        using NodeIdentity identity = NodeIdentity.OpenOrCreate(Path.Combine(_folder, serves), "test.example/log", TimeProvider.System.GetUtcNow());
        TrustFile trust = TrustFile.TryParse(Encoding.UTF8.GetBytes(identity.TrustText), out _, out _)!;
        return await ReplayerHost.StartAsync(
            new ReplayerOptions { Folder = Path.Combine(_folder, "peer"), Trust = trust, Models = [TestModels.Tiny()], Url = "http://127.0.0.1:0" }, TimeProvider.System, CancellationToken.None);
    }
}
