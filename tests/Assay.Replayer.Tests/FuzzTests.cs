using Assay.Programs;
using Assay.Receipts;
using Assay.Testing;

namespace Assay.Replayer.Tests;

/// <summary>Cut and altered bodies: refused with a code, never an exception, and never an endorsement of what wasn't signed.</summary>
public sealed class FuzzTests
{
    private static readonly string[] Codes =
        ["replay/bundle", "replay/node-not-served", "replay/signature", "replay/model-unknown", "replay/no-commitment", "replay/semantics-unknown", "replay/too-large"];

    private static readonly FuzzLimits Limits = FuzzLimits.Default with { FixedBytes = 512 * 1024 };

    private int _turn;

    [Fact]
    public void Bodies_of_both_steps()
    {
        ExactModel model = TestModel.Tiny();
        using TestNode node = new();
        using TestPeer peer = new(node.TrustText);
        Bundle honest = node.Sign(model.Id, [TestModel.Input(1, 2)], [TestModel.Output(5, -1)]);
        Bundle lie = node.Sign(model.Id, [TestModel.Input(1, 2)], [TestModel.Output(6, -1)]);
        peer.Replay(honest);
        peer.Replay(lie);
        byte[][] seeds = [honest.ForCommitment(), honest.ForEndorsement(), lie.ForEndorsement()];
        FuzzSummary summary = FuzzRun.Run(seeds, bytes => Feed(peer, bytes, honest, lie), Limits);
        Assert.True(summary.Refused > 40_000);
        Assert.True(summary.Accepted > 0);

        for (int length = 0; length < seeds[1].Length; length++)
        {
            TestPeer.Refused(400, "replay/bundle", peer.Service.Endorse(seeds[1].AsMemory(0, length)));
        }

        Assert.Equal(1, peer.Store.Count);
    }

    // One step for an input, by turns: both have the same reader, and time is short.
    private bool Feed(TestPeer peer, byte[] bytes, Bundle honest, Bundle lie)
    {
        bool commits = _turn++ % 3 == 0;
        ReplayerReply reply = commits ? peer.Service.Commit(bytes) : peer.Service.Endorse(bytes);
        Assert.True(reply.Status == 200 ? reply.Code is null : Codes.Contains(reply.Code), reply.Code);
        if (reply.Status == 200 && !commits)
        {
            AttachedEndorsement item = AttachedEndorsement.TryDecode(reply.Body, out _)!;
            Assert.Equal(item.Endorsement.Receipt == lie.Envelope.Digest ? EndorsementFinding.Refuted : EndorsementFinding.Established, item.Endorsement.Finding);
            Assert.Contains(item.Endorsement.Receipt, new[] { honest.Envelope.Digest, lie.Envelope.Digest });
        }

        return reply.Status == 200;
    }
}
