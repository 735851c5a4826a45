using System.Security.Cryptography;
using Assay.Primitives;
using Assay.Programs;
using Assay.Receipts;
using Assay.Replayer.Commitments;
using Assay.Replayer.Rules;
using Assay.Replayer.Storage;
using Assay.Verification;

namespace Assay.Replayer;

/// <summary>
/// Commits to what a program gives, and compares it with what a node gave. One outcome for a receipt: the first commitment
/// stays, and so does its endorsement. Doesn't throw for what a request says. Safe for concurrent use.
/// </summary>
public sealed class ReplayerService
{
    private readonly ReplayerStore _store;
    private readonly TrustFile _trust;
    private readonly IReplayer _replayer;
    private readonly Dictionary<ModelId, ExactModel> _models;
    private readonly long _maximumWork;
    private readonly TimeProvider _time;
    private readonly PledgeTable _pledges;
    private readonly SignatureCache _signatures = new();

    /// <summary>A service over an open folder and a replayer, which both stay the caller's.</summary>
    public ReplayerService(ReplayerOptions options, ReplayerStore store, IReplayer replayer, TimeProvider time)
        : this(options, store, replayer, time, PledgeTable.DefaultCapacity)
    {
    }

    internal ReplayerService(ReplayerOptions options, ReplayerStore store, IReplayer replayer, TimeProvider time, int pledges)
    {
        ArgumentNullException.ThrowIfNull(options);
        _store = store;
        _trust = options.Trust;
        _replayer = replayer;
        _models = options.Models.DistinctBy(static m => m.Id).ToDictionary(static m => m.Id);
        _maximumWork = options.MaximumWork ?? (options.Reference ? 2_000_000_000 : 200_000_000_000);
        _time = time;
        _pledges = new PledgeTable(time, pledges);
    }

    /// <summary>Answers <c>POST /v1/commitments</c>.</summary>
    public ReplayerReply Commit(ReadOnlyMemory<byte> body)
    {
        if (Admission.Admit(body, ReplayStep.Commit, _trust, _signatures, _time.GetUtcNow(), out ReplayerReply? refusal) is not { } receipt)
        {
            return refusal!;
        }

        if (_pledges.Find(receipt.Digest) is { } made)
        {
            return Committed(made.Commitment);
        }

        // What was refuted stays refuted, across a restart too.
        if (_store.FindByReceipt(receipt.Digest) is { } kept && ReplayEvidence.TryDecode(kept.Evidence!.Value, out _) is { } evidence)
        {
            return Committed(evidence.Commitment.Bytes);
        }

        if (!_models.TryGetValue(receipt.Model, out ExactModel? model))
        {
            return NoModel(receipt.Model);
        }

        IReadOnlyList<TensorValue> inputs = receipt.Inputs;
        return !WorkRule.IsWithin(model.Program, inputs, _maximumWork) ? TooLarge()
            : _replayer.Replay(new ReplayRequest(receipt.Model, null, inputs)) switch
            {
                ReplayResult.Ran ran => Pledge(receipt, inputs, ran.Outputs),
                ReplayResult.Refused => Pledge(receipt, inputs, null),
                ReplayResult.NotAvailable { Code: ReplayerErrors.Busy } => Busy(),
                ReplayResult.NotAvailable { Code: ReplayerErrors.TooLarge } => TooLarge(),
                _ => NoModel(receipt.Model),
            };
    }

    /// <summary>Answers <c>POST /v1/endorsements</c>.</summary>
    public ReplayerReply Endorse(ReadOnlyMemory<byte> body)
    {
        if (Admission.Admit(body, ReplayStep.Endorse, _trust, _signatures, _time.GetUtcNow(), out ReplayerReply? refusal) is not { } receipt)
        {
            return refusal!;
        }

        if (_pledges.Find(receipt.Digest) is not { } pledge)
        {
            return _store.FindByReceipt(receipt.Digest) is { } kept ? Endorsed(kept.Encode())
                : ReplayerReply.Refused(409, ReplayerErrors.NoCommitment, "This peer has no commitment for that receipt: they are kept for ten minutes, fewer under load, and not across a restart.", "Begin again with POST /v1/commitments.");
        }

        lock (pledge)
        {
            try
            {
                Conclude(pledge, receipt);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return ReplayerReply.Refused(500, ReplayerErrors.Storage, "This peer can't write down what it found.", "Ask again later; its operator must look at its disk.");
            }

            return Endorsed(pledge.Item!);
        }
    }

    internal static ReplayerReply Busy() =>
        ReplayerReply.Refused(503, ReplayerErrors.Busy, "This peer has too much to do at once.", "Ask again in a second.");

    private static ReplayerReply Committed(ReadOnlyMemory<byte> commitment) => new(200, ReplayerReply.CommitmentType, commitment);

    private static ReplayerReply Endorsed(byte[] item) => new(200, ReplayerReply.EndorsementType, item);

    private static ReplayerReply NoModel(ModelId model) =>
        ReplayerReply.Refused(404, ReplayerErrors.ModelUnknown, $"This peer hasn't the program {model}.", "GET /.well-known/assay-replayer lists those that it has.");

    private static ReplayerReply TooLarge() =>
        ReplayerReply.Refused(422, ReplayerErrors.TooLarge, "This is more work than this peer does for one receipt.", "Send smaller batches to the node.");

    private ReplayerReply Pledge(AdmittedReceipt receipt, IReadOnlyList<TensorValue> inputs, IReadOnlyList<TensorValue>? outputs)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(TensorDigest.SaltSize);
        ReplayCommitment commitment = ReplayCommitment.Create(
            receipt.Digest, TensorDigest.Of(salt, receipt.Model), TensorDigest.Of(salt, inputs), outputs is null ? null : TensorDigest.Of(salt, outputs), _time.GetUtcNow(), _store.Signer);

        // Of two that came at once the first counts, for both.
        return Committed(_pledges.Add(new Pledge(receipt.Digest, salt, commitment.Bytes)).Commitment);
    }

    // The endorsement is made once: should its refutation not get to the disk, the next attempt has the same bytes.
    private void Conclude(Pledge pledge, AdmittedReceipt receipt)
    {
        if (pledge.Item is null)
        {
            ReplayCommitment commitment = ReplayCommitment.TryDecode(pledge.Commitment, out _)!;
            ReplayEvidence evidence = new(commitment, TensorDigest.Of(pledge.Salt, receipt.Outputs!));
            byte[] bytes = evidence.Encode();
            Endorsement endorsement = Endorsement.Create(
                receipt.Digest, Endorsement.QuestionsOfReplay, Basis.Replay, evidence.Finding, Digest32.Sha256(bytes), _time.GetUtcNow(), _store.Signer);
            pledge.Item = AttachedEndorsement.Create(endorsement, bytes, pledge.Salt, null).Encode();
            pledge.MayLeave = evidence.Finding != EndorsementFinding.Refuted;
        }

        if (!pledge.MayLeave)
        {
            _store.Keep(receipt.KeySet, AttachedEndorsement.TryDecode(pledge.Item, out _)!);
            pledge.MayLeave = true;
        }
    }
}
