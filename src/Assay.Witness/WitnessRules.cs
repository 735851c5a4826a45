using Assay.Primitives;
using Assay.Primitives.Merkle;
using Assay.Primitives.Notes;

namespace Assay.Witness;

/// <summary>
/// The rules of C2SP tlog-witness as a function: what is known of a log, a request, the time and the key give the answer
/// and what is known then. It reads no clock and writes nothing.
/// </summary>
internal static class WitnessRules
{
    /// <summary>Decides about a request for a log that the witness watches; its origin is the log's.</summary>
    /// <param name="log">What is known of the log.</param>
    /// <param name="request">The request.</param>
    /// <param name="checkpoint">What the request's note says.</param>
    /// <param name="signer">The witness's key.</param>
    /// <param name="now">Unix seconds, above 0.</param>
    public static WitnessDecision Decide(
        WitnessedLog log, AddCheckpointRequest request, Checkpoint checkpoint, CosignatureSigner signer, long now)
    {
        NoteVerification signatures = request.Note.Verify(log.Keys);
        if (signatures.Error is not null)
        {
            return Refuse(403, WitnessErrors.Signature, $"the checkpoint isn't signed by a key of this log ({signatures.Error})");
        }

        // Before the old size is looked at: whatever the log believes, two roots of one size are a fork.
        if (log.Latest is not null && checkpoint.Size == log.Size && checkpoint.Root != log.Root)
        {
            return Forked(log, request, signatures);
        }

        if (request.OldSize > checkpoint.Size)
        {
            return Refuse(400, WitnessErrors.OldSize, "the old size is above the checkpoint's");
        }

        if (request.OldSize != log.Size)
        {
            return new WitnessDecision(WitnessReply.Stale(log.Size));
        }

        Digest32[] path = [.. request.Proof];
        if (MerkleVerifier.Consistency(log.Size, checkpoint.Size, log.Root, checkpoint.Root, path) != CheckResult.Pass)
        {
            return Forked(log, request, signatures);
        }

        // What is kept is the log's own word; whatever other lines the note came with are somebody else's.
        NoteVerifierKey key = signatures.VerifiedKeys[0];
        NoteSignature line = request.Note.Signatures.First(line => line.KeyId == key.KeyId && line.Name == key.Name);
        SignedNote kept = request.Note.WithOnly(line);
        NoteSignature cosignature = signer.Cosign(request.Note.Text, now);
        WitnessedLog? next = log.Latest?.Text == kept.Text ? null : log with { Latest = kept };
        return new WitnessDecision(WitnessReply.Cosigned(cosignature.ToLine()), next);
    }

    private static WitnessDecision Forked(WitnessedLog log, AddCheckpointRequest request, NoteVerification signatures)
    {
        foreach (NoteVerifierKey key in log.Latest is null ? [] : signatures.VerifiedKeys)
        {
            // A log that proves its own other history gives the proof away with it.
            if (ForkProof.TryCreate(key, log.Latest!, request.Note, []) is { } fork
                || (fork = ForkProof.TryCreate(key, log.Latest!, request.Note, request.Proof)) is not null)
            {
                return new WitnessDecision(
                    WitnessReply.Refused(422, WitnessErrors.Fork, "this log has signed two histories; the proof is at /forks"), null, fork);
            }
        }

        return Refuse(422, WitnessErrors.Proof, "the proof doesn't show that the checkpoint extends the one that was cosigned last");
    }

    private static WitnessDecision Refuse(int status, string code, string words) => new(WitnessReply.Refused(status, code, words));
}
