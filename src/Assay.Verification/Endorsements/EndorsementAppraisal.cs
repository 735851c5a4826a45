using Assay.Attestation;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// What one endorsement is worth for one bundle: the same for a verifier and for a node that waits for its peers. Nobody signs
/// which endorsements a bundle has, so one that doesn't hold counts as absent and never makes an honest receipt fail.
/// </summary>
public static class EndorsementAppraisal
{
    /// <summary>Appraises one.</summary>
    /// <param name="bundle">The receipt; its own signature is somebody else's question.</param>
    /// <param name="item">The endorsement with what goes with it.</param>
    /// <param name="named">Thumbprints of the peers whose replays count, with their names if they have some.</param>
    /// <param name="nodeKeys">Receipt keys that the node had before or after, besides the bundle's.</param>
    /// <param name="signatures">Optional, for callers that verify many receipts.</param>
    /// <param name="tee">Appraises evidence of attested hardware for this bundle; null: nothing here does.</param>
    public static EndorsementFact Appraise(
        Bundle bundle, AttachedEndorsement item, IReadOnlyDictionary<Digest32, string?> named, IReadOnlyCollection<P256PublicKey>? nodeKeys = null, SignatureCache? signatures = null, TeeAppraiser? tee = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(named);
        Endorsement endorsement = item.Endorsement;
        Digest32 peer = endorsement.Issuer.Thumbprint();
        bool isNamed = named.TryGetValue(peer, out string? name);
        bool logged = item.LogProof is { } proof && IsLogged(bundle.KeySet, endorsement, proof, signatures);
        bool isNode = endorsement.Issuer == bundle.KeySet.ReceiptKey || (nodeKeys is not null && nodeKeys.Contains(endorsement.Issuer));
        Appraisal? appraisal = null;
        EndorsementStatus status = endorsement.Verify() is not null ? EndorsementStatus.Signature
            : endorsement.Receipt != bundle.Envelope.Digest ? EndorsementStatus.OtherReceipt
            : item.LogProof is not null && !logged ? EndorsementStatus.Log
            : isNode && endorsement.Finding == EndorsementFinding.Expired ? EndorsementStatus.GaveUp
            : isNode != (endorsement.By == Basis.Settlement) || endorsement.Finding == EndorsementFinding.Expired ? EndorsementStatus.Issuer
            : endorsement.By == Basis.Settlement ? SettlementAppraisal.StatusOf(bundle, item)
            : IsOfTee(endorsement) && tee is not null ? ByTee(tee, item, out appraisal)
            : endorsement.By != Basis.Replay || !endorsement.Questions.AsSpan().SequenceEqual(Endorsement.QuestionsOfReplay.AsSpan()) || !ReplayChecks.MayBeExact(bundle.Claims) ? EndorsementStatus.Basis
            : !EvidenceHolds(bundle, item) ? EndorsementStatus.Evidence
            : !isNamed ? EndorsementStatus.NotNamed
            : EndorsementStatus.Counts;
        return new EndorsementFact(
            peer, name, endorsement.Questions, endorsement.By, endorsement.Finding, status, DateTimeOffset.FromUnixTimeMilliseconds(endorsement.At), logged ? item.LogProof!.Index : null)
        {
            Appraisal = appraisal,
            EvidenceType = appraisal is null ? null : AttestationEvidence.TryDecode(item.Evidence!.Value, out _)?.Type,
        };
    }

    // Hardware only ever vouches for what was done: there is nothing that it refutes.
    private static bool IsOfTee(Endorsement endorsement) =>
        endorsement.By == Basis.Tee && endorsement.Finding == EndorsementFinding.Established
        && (endorsement.Questions.AsSpan().SequenceEqual(Endorsement.QuestionsOfTee.AsSpan()) || endorsement.Questions.AsSpan().SequenceEqual(Endorsement.QuestionsOfConfidentialTee.AsSpan()));

    private static EndorsementStatus ByTee(TeeAppraiser tee, AttachedEndorsement item, out Appraisal? appraisal)
    {
        (EndorsementStatus status, appraisal) = tee.Appraise(item);
        return status;
    }

    internal static bool IsLogged(KeySet keySet, Endorsement endorsement, LogProof proof, SignatureCache? signatures) =>
        proof.Entry is LogEntry.ForEndorsement entry
        && entry == LogEntry.ForEndorsement.Of(endorsement)
        && LogChecks.ReadCheckpoint(keySet, proof, signatures, out Checkpoint? checkpoint) is null
        && MerkleVerifier.Inclusion(MerkleTree.LeafHash(proof.EntryBytes.Span), proof.Index, checkpoint!.Size, proof.Path.AsSpan(), checkpoint.Root) == CheckResult.Pass;

    internal static bool EvidenceHolds(Bundle bundle, AttachedEndorsement item)
    {
        Endorsement endorsement = item.Endorsement;
        if (item.Evidence is not { } bytes
            || Digest32.Sha256(bytes.Span) != endorsement.Evidence
            || ReplayEvidence.TryDecode(bytes, out _) is not { } evidence
            || evidence.Finding != endorsement.Finding
            || evidence.Commitment.Receipt != endorsement.Receipt
            || evidence.Commitment.Verify(endorsement.Issuer) is not null)
        {
            return false;
        }

        // What the bundle shows mustn't say otherwise. The salt is what ties the digests to it.
        DisclosedClaims claims = bundle.Claims;
        return item.Opening is not { } salt
            || ((claims.Digest(ClaimRegistry.ModelModelId) is not { } model || TensorDigest.Of(salt.Span, new ModelId(model)) == evidence.Commitment.Model)
                && (claims.Tensors(ClaimRegistry.RequestInputs) is not { } inputs || TensorDigest.Of(salt.Span, inputs) == evidence.Commitment.Inputs)
                && (bundle.Output.AllParts is not { } outputs || TensorDigest.Of(salt.Span, outputs) == evidence.NodeOutputs));
    }
}
