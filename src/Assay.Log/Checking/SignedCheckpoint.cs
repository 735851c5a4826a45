using Assay.Primitives.Notes;

namespace Assay.Log.Checking;

/// <summary>Reads checkpoints that a log must have signed itself.</summary>
internal static class SignedCheckpoint
{
    /// <summary>The checkpoint; null and a code of <see cref="NoteErrors"/> or "origin" if it isn't one by that key under its name.</summary>
    public static LogCheckpoint? TryRead(ReadOnlyMemory<byte> bytes, NoteVerifierKey key, out string? error)
    {
        SignedNote? note = SignedNote.TryParse(bytes.Span, out error);
        if (note is null)
        {
            return null;
        }

        error = note.Verify([key]).Error;
        if (error is not null || Checkpoint.TryParse(note.Text, out error) is not { } checkpoint)
        {
            return null;
        }

        if (checkpoint.Origin != key.Name)
        {
            error = "the origin isn't the key's name";
            return null;
        }

        return new LogCheckpoint(checkpoint.Size, checkpoint.Root, bytes);
    }
}
