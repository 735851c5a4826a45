using Assay.Primitives;
using Assay.Primitives.Notes;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>The checks of the log proof.</summary>
internal static class LogChecks
{
    /// <summary>Makes the checks; returns the checkpoint if it could be read.</summary>
    public static Checkpoint? Run(Bundle bundle, VerificationInput input, CheckTable checks)
    {
        if (bundle.LogProof is not { } proof)
        {
            foreach (string code in new[] { CheckCodes.LogTrusted, CheckCodes.LogCheckpoint, CheckCodes.LogInclusion, CheckCodes.LogEntry })
            {
                checks.Skip(code, DetailCodes.LogNoProof);
            }

            return null;
        }

        Trusted(bundle.KeySet, input, checks);
        string? failure = ReadCheckpoint(bundle.KeySet, proof, input.Signatures, out Checkpoint? checkpoint);
        checks.Set(CheckCodes.LogCheckpoint, failure);
        if (checkpoint is not null)
        {
            checks.Set(CheckCodes.LogInclusion, proof.IsIncludedIn(checkpoint.Size, checkpoint.Root) ? null : DetailCodes.LogPath);
        }

        checks.Set(CheckCodes.LogEntry, Entry(bundle, input, proof));
        return checkpoint;
    }

    private static void Trusted(KeySet keySet, VerificationInput input, CheckTable checks)
    {
        if (input.Trust is { } trust)
        {
            checks.Set(CheckCodes.LogTrusted, trust.TrustsLog(keySet) ? null : DetailCodes.LogNotNamed);
        }
        else if (input.FirstUse)
        {
            checks.Skip(CheckCodes.LogTrusted, DetailCodes.LogFirstUse);
        }
        else
        {
            checks.Fail(CheckCodes.LogTrusted, DetailCodes.LogNoTrustFile);
        }
    }

    /// <summary>Null if the proof's checkpoint is one that the key set's log signed, else a code.</summary>
    public static string? ReadCheckpoint(KeySet keySet, LogProof proof, SignatureCache? signatures, out Checkpoint? checkpoint)
    {
        checkpoint = null;
        if (keySet.LogVerifierKey is not { } key)
        {
            return DetailCodes.LogKey;
        }

        if (SignedNote.TryParse(proof.Checkpoint.Span, out string? error) is not { } note)
        {
            return error;
        }

        checkpoint = Checkpoint.TryParse(note.Text, out string? checkpointError);
        return VerifyNote(note, key, keySet, proof, signatures)
            ?? checkpointError
            ?? (checkpoint!.Origin == keySet.Origin ? null : DetailCodes.LogOriginDiffers);
    }

    private static string? VerifyNote(SignedNote note, NoteVerifierKey key, KeySet keySet, LogProof proof, SignatureCache? signatures)
    {
        if (signatures is null)
        {
            return note.Verify([key]).Error;
        }

        (string, Digest32) cacheKey = SignatureCache.Key(CheckCodes.LogCheckpoint, keySet.Digest, proof.Checkpoint.Span);
        if (signatures.Contains(cacheKey))
        {
            return null;
        }

        string? error = note.Verify([key]).Error;
        if (error is null)
        {
            signatures.Add(cacheKey);
        }

        return error;
    }

    private static string? Entry(Bundle bundle, VerificationInput input, LogProof proof)
    {
        if (proof.Entry is not LogEntry.ForReceipt entry || proof.Index == 0)
        {
            return DetailCodes.LogEntryKind;
        }

        if (entry.Digest != bundle.Envelope.Digest)
        {
            return DetailCodes.LogEntryDiffers;
        }

        if (RequestedPolicy.Find(bundle, input) is { } policy && policy.Level != entry.Level)
        {
            return DetailCodes.LogLevelDiffers;
        }

        if (entry.Bucket == SizeBucket.Undisclosed || bundle.Claims.Tensors(ClaimRegistry.RequestInputs) is not { } inputs)
        {
            return null;
        }

        long elements = 0;
        foreach (TensorValue tensor in inputs)
        {
            elements += tensor.Count;
        }

        return elements > 0 && SizeBucket.For(elements) == entry.Bucket ? null : DetailCodes.LogSizeDiffers;
    }
}
