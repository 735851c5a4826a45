using Assay.Programs;
using Assay.Receipts;

namespace Assay.Replayer.Tests;

/// <summary>What comes of a replay, honest and not.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly TestNode _node = new();
    private readonly TestPeer _peer;
    private readonly ExactModel _model = TestModel.Tiny();

    public ReplayTests() => _peer = new TestPeer(_node.TrustText);

    public void Dispose()
    {
        _peer.Dispose();
        _node.Dispose();
    }

    [Fact]
    public void An_honest_answer_is_endorsed_and_nothing_is_kept()
    {
        Bundle receipt = _node.Sign(_model.Id, [TestModel.Input(1, 2, 3, 4)], [TestModel.Output(5, -1, 11, -1)]);
        TestPeer.Check(_peer.Replay(receipt), receipt, _peer.Key, EndorsementFinding.Established);
        Assert.Empty(_peer.Store.Refutations());
    }

    [Fact]
    public void A_lie_about_one_bit_of_the_outputs_is_refuted_kept_and_listed()
    {
        Bundle receipt = _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(MathF.BitIncrement(5), -1)]);
        AttachedEndorsement item = TestPeer.Check(_peer.Replay(receipt), receipt, _peer.Key, EndorsementFinding.Refuted);
        ReplayEvidence evidence = ReplayEvidence.TryDecode(item.Evidence!.Value, out _)!;
        Assert.Equal(TensorDigest.Of(item.Opening!.Value.Span, [TestModel.Output(5, -1)]), evidence.Commitment.Outputs);
        Assert.NotEqual(evidence.NodeOutputs, evidence.Commitment.Outputs);
        Assert.Equal((item.Endorsement.Digest, receipt.Envelope.Digest), _peer.Store.Refutations().Select(static r => (r.Endorsement, r.Receipt)).Single());
    }

    [Fact]
    public void Another_model_under_the_same_id_is_refuted()
    {
        // The node ran the model with weight 3 and says that it was the one with weight 2.
        Bundle receipt = _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(7, -1)]);
        TestPeer.Check(_peer.Replay(receipt), receipt, _peer.Key, EndorsementFinding.Refuted);
    }

    [Theory]
    [InlineData(float.NaN, 2)]
    [InlineData(1000, 2)]
    public void Outputs_for_inputs_that_the_program_refuses_are_refuted(float first, float second)
    {
        Bundle receipt = _node.Sign(_model.Id, [TestModel.Input(first, second)], [TestModel.Output(5, -1)]);
        AttachedEndorsement item = TestPeer.Check(_peer.Replay(receipt), receipt, _peer.Key, EndorsementFinding.Refuted);
        Assert.Null(ReplayEvidence.TryDecode(item.Evidence!.Value, out _)!.Commitment.Outputs);
    }

    [Fact]
    public void Outputs_for_inputs_that_arent_the_programs_are_refuted()
    {
        TensorValue misnamed = TensorValue.Create("z", [1, 2], new byte[8]);
        Bundle receipt = _node.Sign(_model.Id, [misnamed], [TestModel.Output(0, 0)]);
        TestPeer.Check(_peer.Replay(receipt), receipt, _peer.Key, EndorsementFinding.Refuted);
    }

    [Fact]
    public void Outputs_in_other_order_shape_or_name_are_refuted()
    {
        TensorValue[][] wrong =
        [
            [],
            [TestModel.Output(5, -1), TestModel.Output(5, -1)],
            [TensorValue.Create("w", [1, 2], TestModel.Output(5, -1).Data)],
            [TensorValue.Create("y", [2], TestModel.Output(5, -1).Data)],
        ];
        foreach (TensorValue[] outputs in wrong)
        {
            Bundle receipt = _node.Sign(_model.Id, [TestModel.Input(1, 2)], outputs);
            TestPeer.Check(_peer.Replay(receipt), receipt, _peer.Key, EndorsementFinding.Refuted);
        }

        Assert.Equal(wrong.Length, _peer.Store.Count);
    }
}
