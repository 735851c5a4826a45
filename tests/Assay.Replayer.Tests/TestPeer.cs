using System.Text.Json;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Programs;
using Assay.Receipts;
using Assay.Replayer.Running;
using Assay.Replayer.Storage;
using Assay.Verification;

namespace Assay.Replayer.Tests;

/// <summary>A peer without sockets, in a folder that goes away with it.</summary>
internal sealed class TestPeer : IDisposable
{
    private readonly EngineReplayer _engine;
    private readonly bool _keepFolder;

    internal TestPeer(string trust, IReadOnlyList<ExactModel>? models = null, string? folder = null, Action<string>? afterStep = null, IReplayer? replayer = null, int pledges = 1000, long? work = null, int perNode = 1000)
    {
        _keepFolder = folder is not null;
        Folder = folder ?? Directory.CreateTempSubdirectory("assay-peer-").FullName;
        models ??= [TestModel.Tiny()];
        ReplayerOptions options = new() { Folder = Folder, Trust = TestNode.Trust(trust), Models = models, MaximumWork = work ?? long.MaxValue };
        Store = ReplayerStore.Open(Folder, null, afterStep, perNode);
        _engine = new EngineReplayer(models);
        Service = new ReplayerService(options, Store, replayer ?? _engine, Clock, pledges);
    }

    internal string Folder { get; }

    internal ManualClock Clock { get; } = new();

    internal ReplayerStore Store { get; }

    internal ReplayerService Service { get; }

    internal P256PublicKey Key => Store.Key;

    /// <summary>Both steps; the answer to the second.</summary>
    internal ReplayerReply Replay(Bundle receipt)
    {
        ReplayerReply committed = Service.Commit(receipt.ForCommitment());
        Assert.Equal((200, "application/cose"), (committed.Status, committed.ContentType));
        return Service.Endorse(receipt.ForEndorsement());
    }

    /// <summary>Reads an answer to step 3 and holds it against the types' own checks.</summary>
    internal static AttachedEndorsement Check(ReplayerReply reply, Bundle receipt, P256PublicKey issuer, EndorsementFinding finding)
    {
        Assert.Equal((200, "application/vnd.assay.endorsement+cbor"), (reply.Status, reply.ContentType));
        AttachedEndorsement item = AttachedEndorsement.TryDecode(reply.Body, out string? error) ?? throw new InvalidOperationException(error);
        Assert.Null(item.LogProof);
        Endorsement endorsement = item.Endorsement;
        Assert.Null(endorsement.Verify());
        Assert.Equal(issuer, endorsement.Issuer);
        Assert.Equal(receipt.Envelope.Digest, endorsement.Receipt);
        Assert.Equal([Question.Model, Question.ComputedRight], endorsement.Questions.ToArray());
        Assert.Equal((Basis.Replay, finding), (endorsement.By, endorsement.Finding));
        Assert.Equal(Digest32.Sha256(item.Evidence!.Value.Span), endorsement.Evidence);

        ReplayEvidence evidence = ReplayEvidence.TryDecode(item.Evidence.Value, out error) ?? throw new InvalidOperationException(error);
        Assert.Null(evidence.Commitment.Verify(issuer));
        Assert.Equal(receipt.Envelope.Digest, evidence.Commitment.Receipt);
        Assert.Equal(TensorDigest.Of(item.Opening!.Value.Span, new ModelId(receipt.Claims.Digest(ClaimRegistry.ModelModelId)!.Value)), evidence.Commitment.Model);
        Assert.Equal(finding, evidence.Finding);
        Assert.Equal(TensorDigest.Of(item.Opening!.Value.Span, receipt.Claims.Tensors(ClaimRegistry.RequestInputs)!), evidence.Commitment.Inputs);
        Assert.Equal(TensorDigest.Of(item.Opening.Value.Span, receipt.Output.AllParts!), evidence.NodeOutputs);
        return item;
    }

    internal static void Refused(int status, string code, ReplayerReply reply)
    {
        Assert.Equal((status, code, "application/json"), (reply.Status, reply.Code, reply.ContentType));
        using JsonDocument json = JsonDocument.Parse(reply.Body);
        Assert.Equal(code, json.RootElement.GetProperty("code").GetString());
        Assert.NotEmpty(json.RootElement.GetProperty("message").GetString()!);
        Assert.Equal(3, json.RootElement.EnumerateObject().Count());
    }

    public void Dispose()
    {
        _engine.Dispose();
        Store.Dispose();
        if (!_keepFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
