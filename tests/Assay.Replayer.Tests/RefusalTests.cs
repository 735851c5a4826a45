using Assay.Primitives.Cbor;
using Assay.Programs;
using Assay.Receipts;

namespace Assay.Replayer.Tests;

/// <summary>What a peer doesn't deal with, and what it says then.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly TestNode _node = new();
    private readonly TestPeer _peer;
    private readonly ExactModel _model = TestModel.Tiny();

    public RefusalTests() => _peer = new TestPeer(_node.TrustText);

    public void Dispose()
    {
        _peer.Dispose();
        _node.Dispose();
    }

    [Fact]
    public void An_unknown_node_is_not_served()
    {
        using TestNode other = new();
        Bundle receipt = other.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(5, -1)]);
        TestPeer.Refused(403, "replay/node-not-served", _peer.Service.Commit(receipt.ForCommitment()));
        TestPeer.Refused(403, "replay/node-not-served", _peer.Service.Endorse(receipt.ForEndorsement()));
    }

    [Theory]
    [InlineData("revoked", "2026-11-21T11:00:00Z")]
    [InlineData("revoked", "2027-11-21T11:00:00Z")]
    [InlineData("retired", "2026-11-21T11:00:00Z")]
    [InlineData("retired", "2027-11-21T11:00:00Z")]
    public void Keys_that_the_trust_file_ends_are_not_served_whatever_the_date(string kind, string time)
    {
        using TestPeer peer = new(_node.TrustText + $"{kind} {_node.KeySet.Digest} {time}\n");
        TestPeer.Refused(403, "replay/node-not-served", peer.Service.Commit(Honest().ForCommitment()));
    }

    [Fact]
    public void A_forged_signature_is_refused()
    {
        using TestNode thief = new();
        Bundle receipt = Honest();
        Bundle forged = thief.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(5, -1)]);

        // The served node's keys beside an envelope of somebody else's, and one with the served node's statement under another signature.
        TestPeer.Refused(403, "replay/signature", _peer.Service.Commit(With(forged, forged.Envelope.Encode(), receipt.KeySet.Bytes.Span)));
        byte[] envelope = receipt.Envelope.Encode();
        envelope[^1] ^= 1;
        TestPeer.Refused(403, "replay/signature", _peer.Service.Commit(With(receipt, envelope, receipt.KeySet.Bytes.Span)));
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(370)]
    public void A_receipt_from_outside_the_keys_time_or_the_future_is_refused(int days)
    {
        Bundle receipt = _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(5, -1)], at: TestNode.Start.AddDays(days));
        TestPeer.Refused(403, "replay/signature", _peer.Service.Commit(receipt.ForCommitment()));
    }

    [Fact]
    public void Altered_claims_and_outputs_are_refused()
    {
        Bundle receipt = Honest();
        Bundle other = _node.Sign(_model.Id, [TestModel.Input(3, 2)], [TestModel.Output(7, 1)]);
        TestPeer.Refused(403, "replay/signature", _peer.Service.Commit(Altered(receipt.ForCommitment(), TestModel.Input(1, 2), TestModel.Input(1, 3))));

        Assert.Equal(200, _peer.Service.Commit(receipt.ForCommitment()).Status);
        TestPeer.Refused(403, "replay/signature", _peer.Service.Endorse(Altered(receipt.ForEndorsement(), TestModel.Output(5, -1), TestModel.Output(5, 1))));

        // Another receipt's outputs, true ones, under this receipt's signature.
        TestPeer.Refused(403, "replay/signature", _peer.Service.Endorse(With(other, receipt.Envelope.Encode(), receipt.KeySet.Bytes.Span, "outputs")));
        TestPeer.Check(_peer.Service.Endorse(receipt.ForEndorsement()), receipt, _peer.Key, EndorsementFinding.Established);
    }

    [Fact]
    public void A_model_that_it_hasnt_is_unknown()
    {
        Bundle receipt = _node.Sign(TestModel.Tiny(3).Id, [TestModel.Input(1, 2)], [TestModel.Output(7, -1)]);
        TestPeer.Refused(404, "replay/model-unknown", _peer.Service.Commit(receipt.ForCommitment()));
        TestPeer.Refused(409, "replay/no-commitment", _peer.Service.Endorse(receipt.ForEndorsement()));
    }

    [Fact]
    public void Other_semantics_and_phases_arent_replayed()
    {
        Bundle other = _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(5, -1)], semantics: "float/v1");
        TestPeer.Refused(422, "replay/semantics-unknown", _peer.Service.Commit(other.ForCommitment()));
        Bundle progress = _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(5, -1)], phase: ReceiptPhase.Progress);
        TestPeer.Refused(400, "replay/bundle", _peer.Service.Commit(progress.ForCommitment()));
    }

    [Fact]
    public void Too_much_work_is_refused_before_it_is_begun()
    {
        using TestPeer peer = new(_node.TrustText, work: 2 * _model.Program.Work);
        Bundle two = _node.Sign(_model.Id, [TestModel.Input(1, 2, 3, 4)], [TestModel.Output(5, -1, 11, -1)]);
        Bundle three = _node.Sign(_model.Id, [TestModel.Input(1, 2, 3, 4, 5, 6)], [TestModel.Output(5, -1, 11, -1, 17, -1)]);
        TestPeer.Check(peer.Replay(two), two, peer.Key, EndorsementFinding.Established);
        TestPeer.Refused(422, "replay/too-large", peer.Service.Commit(three.ForCommitment()));
    }

    [Theory]
    [InlineData("execution.semantics", "request.inputs")]
    [InlineData("model.model_id", "request.inputs")]
    [InlineData("model.model_id", "execution.semantics")]
    [InlineData("model.model_id", "execution.semantics", "request.inputs", "outputs")]
    [InlineData("model.model_id", "execution.semantics", "request.inputs", "parties.api_key")]
    [InlineData("model.model_id", "execution.semantics", "request.inputs", "attachments.request")]
    [InlineData("model", "execution.semantics", "request.inputs")]
    public void A_commitment_takes_no_less_and_no_more(params string[] fields) =>
        TestPeer.Refused(400, "replay/bundle", _peer.Service.Commit(Honest().Keep(fields)));

    [Theory]
    [InlineData("model.model_id", "execution.semantics", "request.inputs")]
    [InlineData("outputs", "parties.api_key")]
    [InlineData("outputs", "attachments.request")]
    public void An_endorsement_takes_the_outputs_and_no_more(params string[] fields)
    {
        Bundle receipt = Honest();
        Assert.Equal(200, _peer.Service.Commit(receipt.ForCommitment()).Status);
        TestPeer.Refused(400, "replay/bundle", _peer.Service.Endorse(receipt.Keep(fields)));
    }

    [Fact]
    public void An_endorsement_without_a_commitment_is_refused()
    {
        Bundle receipt = Honest();
        TestPeer.Refused(409, "replay/no-commitment", _peer.Service.Endorse(receipt.ForEndorsement()));
        TestPeer.Check(_peer.Replay(receipt), receipt, _peer.Key, EndorsementFinding.Established);
    }

    private Bundle Honest() => _node.Sign(_model.Id, [TestModel.Input(1, 2)], [TestModel.Output(5, -1)]);

    /// <summary>A bundle's sections under another envelope and key set.</summary>
    private static byte[] With(Bundle bundle, byte[] envelope, ReadOnlySpan<byte> keySet, string also = "request.inputs")
    {
        byte[] shown = bundle.Keep("model.model_id", "execution.semantics", "request.inputs", also);
        CborReader reader = new(shown);
        CborWriter writer = new();
        int pairs = reader.ReadMapHeader();
        writer.WriteMapHeader(pairs);
        for (int key = 1; key <= pairs; key++)
        {
            reader.MapKey((ulong)key);
            ReadOnlySpan<byte> item = reader.ReadRawItem();
            writer.WriteUInt((ulong)key);
            if (key is 2 or 3)
            {
                writer.WriteBytes(key == 2 ? envelope : keySet);
            }
            else
            {
                writer.WriteRaw(item);
            }
        }

        return writer.ToArray();
    }

    /// <summary>The same bytes with one tensor's data replaced.</summary>
    private static byte[] Altered(byte[] bundle, TensorValue from, TensorValue to)
    {
        byte[] altered = [.. bundle];
        int at = altered.AsSpan().IndexOf(from.Data.Span);
        Assert.True(at > 0);
        to.Data.Span.CopyTo(altered.AsSpan(at));
        return altered;
    }
}
