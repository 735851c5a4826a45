using Assay.Log.Checking;
using Assay.Log.Storage;
using Assay.Primitives;
using Assay.Primitives.Notes;

namespace Assay.Log;

/// <content>What witnesses say of the log's checkpoints.</content>
public sealed partial class TiledLog
{
    /// <summary>
    /// Adds a witness's cosignature to one of this log's checkpoints: it is kept for proofs, and published if the checkpoint is
    /// still the last one. Of several by one key the first stays.
    /// </summary>
    /// <param name="checkpoint">A value that <see cref="Checkpoint"/> had.</param>
    /// <param name="key">The witness's key.</param>
    /// <param name="line">What the witness answered.</param>
    /// <param name="cancellationToken">Ends the wait for an integration that is running.</param>
    /// <returns>Pass; or Fail, and nothing done, if it isn't a cosignature by that key over that checkpoint, or the checkpoint isn't this log's.</returns>
    /// <exception cref="LogException">It can't be kept; the log goes on.</exception>
    public async Task<CheckResult> AddCosignatureAsync(
        LogCheckpoint checkpoint, CosignatureKey key, NoteSignature line, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(line);
        if (SignedNote.TryParse(checkpoint.Note.Span, out _) is not { } bare
            || SignedCheckpoint.TryRead(checkpoint.Note, VerifierKey, out _) is not { } own
            || Cosignature.Verify(bare.WithOnly(line), key, out _) != CheckResult.Pass)
        {
            return CheckResult.Fail;
        }

        await _integrationGate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed || own.Size > Checkpoint.Size || _tree.Root(own.Size) != own.Root)
            {
                return CheckResult.Fail;
            }

            KeepCosignature(own, bare, key, line);
            return CheckResult.Pass;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogException(LogErrors.Io, TileFiles.CheckpointPath, e.Message, e);
        }
        finally
        {
            _integrationGate.Release();
        }
    }

    /// <summary>Keeps a verified cosignature and publishes it. Under the integration gate.</summary>
    private void KeepCosignature(LogCheckpoint own, SignedNote bare, CosignatureKey key, NoteSignature line)
    {
        SignedNote note = _cosigned.Find(own.Size) is { } known && SignedNote.TryParse(known.Note.Span, out _) is { } cosigned && cosigned.Text == bare.Text
            ? cosigned
            : bare;
        if (Cosignature.Verify(note, key, out _) == CheckResult.Pass || note.Signatures.Count == SignedNote.MaxSignatures)
        {
            return;
        }

        LogCheckpoint next = own with { Note = note.With(line).Encode() };
        _cosigned.Save(next);
        if (own.Size == Checkpoint.Size)
        {
            // The database keeps the bare note, which is what is compared and swapped.
            _files.WriteCheckpoint(next.Note.Span);
            Volatile.Write(ref _publishedCheckpoint, next);
        }

        Interlocked.Exchange(ref _published, NewSignal()).TrySetResult();
    }
}
