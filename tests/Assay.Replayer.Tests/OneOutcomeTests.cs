using Assay.Programs;
using Assay.Receipts;
using Assay.Replayer.Running;
using Assay.Verification;

namespace Assay.Replayer.Tests;

/// <summary>However often and in whatever order a peer is asked, it says one thing about a receipt.</summary>
public sealed class OneOutcomeTests : IDisposable
{
    private readonly TestNode _node = new();
    private readonly ExactModel _model = TestModel.Tiny();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Asked_twice_it_answers_the_same_bytes_and_runs_once()
    {
        using EngineReplayer engine = new([_model]);
        Counting counting = new(engine);
        using TestPeer peer = new(_node.TrustText, replayer: counting);
        Bundle receipt = Sign(5);
        ReplayerReply committed = peer.Service.Commit(receipt.ForCommitment());
        ReplayerReply endorsed = peer.Service.Endorse(receipt.ForEndorsement());
        Assert.Equal(committed.Body.ToArray(), peer.Service.Commit(receipt.ForCommitment()).Body.ToArray());
        Assert.Equal(endorsed.Body.ToArray(), peer.Service.Endorse(receipt.ForEndorsement()).Body.ToArray());

        // Step 3 may leave out what step 2 showed; the outcome was fixed then.
        Assert.Equal(endorsed.Body.ToArray(), peer.Service.Endorse(receipt.Keep("outputs")).Body.ToArray());
        TestPeer.Refused(400, "replay/bundle", peer.Service.Endorse(receipt.ForCommitment()));
        Assert.Equal(1, counting.Runs);
    }

    [Fact]
    public void Asked_by_many_at_once_it_commits_and_endorses_once()
    {
        using TestPeer peer = new(_node.TrustText);
        for (int round = 0; round < 10; round++)
        {
            Bundle receipt = Sign(6);
            byte[][] commitments = AtOnce(() => peer.Service.Commit(receipt.ForCommitment()));
            byte[][] items = AtOnce(() => peer.Service.Endorse(receipt.ForEndorsement()));
            Assert.All(commitments, bytes => Assert.Equal(commitments[0], bytes));
            Assert.All(items, bytes => Assert.Equal(items[0], bytes));
        }

        Assert.Equal(10, peer.Store.Count);
    }

    [Fact]
    public void After_ten_minutes_it_begins_again_with_another_salt_and_the_same_finding()
    {
        using TestPeer peer = new(_node.TrustText);
        Bundle receipt = Sign(5);
        ReplayerReply first = peer.Service.Commit(receipt.ForCommitment());
        peer.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.Equal(first.Body.ToArray(), peer.Service.Commit(receipt.ForCommitment()).Body.ToArray());
        peer.Clock.Advance(TimeSpan.FromTicks(1));
        TestPeer.Refused(409, "replay/no-commitment", peer.Service.Endorse(receipt.ForEndorsement()));
        Assert.NotEqual(first.Body.ToArray(), peer.Service.Commit(receipt.ForCommitment()).Body.ToArray());
        TestPeer.Check(peer.Service.Endorse(receipt.ForEndorsement()), receipt, peer.Key, EndorsementFinding.Established);
    }

    [Fact]
    public void What_it_refuted_it_refutes_for_ever_in_the_same_words()
    {
        using TestPeer peer = new(_node.TrustText);
        Bundle receipt = Sign(6);
        ReplayerReply refuted = peer.Replay(receipt);
        peer.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(refuted.Body.ToArray(), peer.Service.Endorse(receipt.ForEndorsement()).Body.ToArray());
        Assert.Equal(refuted.Body.ToArray(), peer.Replay(receipt).Body.ToArray());
        Assert.Equal(1, peer.Store.Count);
    }

    [Fact]
    public void Commitments_are_bounded_and_the_oldest_goes()
    {
        using TestPeer peer = new(_node.TrustText, pledges: 3);
        Bundle[] receipts = [.. Enumerable.Range(0, 4).Select(_ => Sign(5))];
        Assert.All(receipts, receipt => Assert.Equal(200, peer.Service.Commit(receipt.ForCommitment()).Status));
        TestPeer.Refused(409, "replay/no-commitment", peer.Service.Endorse(receipts[0].ForEndorsement()));
        Assert.All(receipts[1..], receipt => Assert.Equal(200, peer.Service.Endorse(receipt.ForEndorsement()).Status));
    }

    private Bundle Sign(float first) => _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(first, -1)]);

    private static byte[][] AtOnce(Func<ReplayerReply> ask)
    {
        byte[][] answers = new byte[8][];
        Parallel.For(0, answers.Length, i => answers[i] = ask().Body.ToArray());
        return answers;
    }

    private sealed class Counting(IReplayer engine) : IReplayer
    {
        public int Runs { get; private set; }

        public ReplayResult Replay(ReplayRequest request)
        {
            Runs++;
            return engine.Replay(request);
        }
    }
}
