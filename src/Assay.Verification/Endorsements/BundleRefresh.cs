using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>
/// What another copy of a receipt adds to the one at hand. The other copy comes from somebody who may want to take something away:
/// nothing that is here is given up, and only what holds is taken.
/// </summary>
public static class BundleRefresh
{
    /// <summary>This copy with what the other adds: endorsements, material for their evidence, a proof, and a log proof with key events. What is disclosed stays what is disclosed. Null if the other is of another receipt or another key set.</summary>
    public static Bundle? Merge(Bundle mine, Bundle theirs)
    {
        ArgumentNullException.ThrowIfNull(mine);
        ArgumentNullException.ThrowIfNull(theirs);
        if (theirs.Envelope.Digest != mine.Envelope.Digest || theirs.KeySet.Digest != mine.KeySet.Digest)
        {
            return null;
        }

        Bundle logged = AddsToLog(mine, theirs) ? mine.WithLogProof(theirs.LogProof, theirs.KeyEvents) : mine;
        return Add(logged.WithProof(Better(mine, theirs)).WithMaterial(MaterialMerge.Of(mine.Material, theirs.Material)), theirs.Endorsements);
    }

    /// <summary>This copy with more endorsements: those that their issuers signed for this receipt, behind the ones that are here, up to the most that a bundle has.</summary>
    public static Bundle Add(Bundle mine, IEnumerable<AttachedEndorsement> others)
    {
        ArgumentNullException.ThrowIfNull(mine);
        ArgumentNullException.ThrowIfNull(others);
        List<AttachedEndorsement> merged = [.. mine.Endorsements];
        foreach (AttachedEndorsement other in others)
        {
            int known = merged.FindIndex(item => item.Endorsement.Digest == other.Endorsement.Digest);
            if (known >= 0)
            {
                merged[known] = Complete(mine, merged[known], other);
            }
            else if (other.Endorsement.Receipt == mine.Envelope.Digest && other.Endorsement.Verify() is null)
            {
                // Its parts are added one by one too: a bad log proof mustn't spoil a good word.
                merged.Add(Complete(mine, AttachedEndorsement.Create(other.Endorsement, null, null, null), other));
            }
        }

        return mine.WithEndorsements(merged);
    }

    // A proof that holds, in place of none or of one that doesn't; and who else registered the same key.
    private static AttachedProof? Better(Bundle mine, Bundle theirs)
    {
        if (theirs.Proof is not { } other || !ProofHolds(mine, other))
        {
            return mine.Proof;
        }

        return mine.Proof is not { } known || !ProofHolds(mine, known) ? other
            : known.Key.Span.SequenceEqual(other.Key.Span) ? known.WithRegistrations(known.Registrations.Concat(other.Registrations))
            : known;
    }

    private static bool ProofHolds(Bundle bundle, AttachedProof proof) =>
        bundle.MayOpen
        && bundle.Claims.Digest(ClaimRegistry.ModelModelId) is { } model
        && ProofAppraisal.TryKey(proof, new ModelId(model), out _) is { } key
        && bundle.Claims.Tensors(ClaimRegistry.RequestInputs) is { } inputs
        && bundle.Output.AllParts is { } outputs
        && ProofAppraisal.Holds(proof, key, inputs, outputs, bundle.Claims.UInt(ClaimRegistry.ExecutionSaturated), out _) is null;

    // What is missing here and holds there.
    private static AttachedEndorsement Complete(Bundle mine, AttachedEndorsement known, AttachedEndorsement other)
    {
        bool evidenceHolds = other.Evidence is { } bytes && Digest32.Sha256(bytes.Span) == other.Endorsement.Evidence;
        bool opens = mine.MayOpen && evidenceHolds && other.Opening is not null && EndorsementAppraisal.EvidenceHolds(mine, other);
        LogProof? proof = known.LogProof is null && other.LogProof is { } theirs && EndorsementAppraisal.IsLogged(mine.KeySet, other.Endorsement, theirs, null) ? theirs : known.LogProof;
        return AttachedEndorsement.Create(
            known.Endorsement,
            known.Evidence is null && evidenceHolds ? other.Evidence : known.Evidence,
            known.Opening is null && opens ? other.Opening : known.Opening,
            proof);
    }

    // A log proof that holds, with every key event that is here: if there is none here, or it knows more of the keys, or has cosignatures where there are none.
    private static bool AddsToLog(Bundle mine, Bundle theirs)
    {
        if (theirs.LogProof is not { } proof
            || LogChecks.ReadCheckpoint(mine.KeySet, proof, null, out Checkpoint? checkpoint) is not null
            || proof.Entry is not LogEntry.ForReceipt { Digest: { } digest } || digest != mine.Envelope.Digest
            || MerkleVerifier.Inclusion(MerkleTree.LeafHash(proof.EntryBytes.Span), proof.Index, checkpoint!.Size, proof.Path.AsSpan(), checkpoint.Root) != CheckResult.Pass
            || (theirs.KeyEvents.Count > 0 && KeyHistoryChecks.TryFollow(theirs.KeyEvents, checkpoint, out _) is null)
            || !mine.KeyEvents.All(here => theirs.KeyEvents.Any(there => there.Index == here.Index && there.EntryBytes.Span.SequenceEqual(here.EntryBytes.Span))))
        {
            return false;
        }

        return mine.LogProof is null || theirs.KeyEvents.Count > mine.KeyEvents.Count || (Lines(mine.LogProof) < 2 && Lines(proof) > 1);
    }

    private static int Lines(LogProof proof) => SignedNote.TryParse(proof.Checkpoint.Span, out _)?.Signatures.Count ?? 0;
}
