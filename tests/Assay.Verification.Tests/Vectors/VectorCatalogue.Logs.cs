using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification.Tests.Vectors;

internal sealed partial class VectorCatalogue
{
    private void AddLogs()
    {
        void Log(string name, string note, Action<BundleParts> spoil, params string[] failed) => Untrusted(name, note, failed, spoil);
        Log("log-path-truncated", "The last path entry is missing.", static p => p.LogPath.RemoveAt(p.LogPath.Count - 1), CheckCodes.LogInclusion);
        Log("log-path-extended", "One path entry too many.", static p => p.LogPath.Add(new byte[32]), CheckCodes.LogInclusion);
        Log("log-path-reordered", "Two path entries changed places.", static p => p.LogPath.Reverse(0, 2), CheckCodes.LogInclusion);
        Log("log-path-altered", "A bit of a path entry.", static p => p.LogPath[0] = Forge.Flip(p.LogPath[0], 7), CheckCodes.LogInclusion);
        Log("log-index-altered", "Another place in the log.", static p => p.LogIndex = 5, CheckCodes.LogInclusion);
        Log("log-index-beyond-size", "A place after the checkpoint.", static p => p.LogIndex = 7, CheckCodes.LogInclusion);
        Log("log-index-zero", "The place of the key set.", static p => p.LogIndex = 0, CheckCodes.LogInclusion, CheckCodes.LogEntry);
        Log("log-entry-altered", "A bit of the digest in the entry.", static p => p.Entry = Forge.Flip(p.Entry, 30), CheckCodes.LogInclusion, CheckCodes.LogEntry);
        Log("log-entry-bucket-altered", "The entry's size, changed after logging.", static p => p.Entry = Replace(p.Entry, "1e1", "1e2"), CheckCodes.LogInclusion, CheckCodes.LogEntry);
        Log("log-entry-of-another", "A true proof, for another receipt.", p => p.SetLogProof(_world.LogProofOf(new LogEntry.ForReceipt(Digest32.Sha256("another"u8), VerificationLevel.Signed, "1e1").Encode())), CheckCodes.LogEntry);
        Log("log-entry-keyset", "A true proof, for the key set.", p => p.SetLogProof(_world.LogProofOf(new LogEntry.ForKeySet(_world.KeySet.Bytes).Encode(), 7, 0)), CheckCodes.LogEntry);
        Log("log-entry-other-level", "Logged under another level than signed.", p => p.SetLogProof(_world.LogProofOf(new LogEntry.ForReceipt(Decoded(p).Envelope.Digest, VerificationLevel.Zk, "1e1").Encode())), CheckCodes.LogEntry);
        Log("log-entry-other-size", "Logged under another size than the inputs have.", p => p.SetLogProof(_world.LogProofOf(new LogEntry.ForReceipt(Decoded(p).Envelope.Digest, VerificationLevel.Signed, "1e0").Encode())), CheckCodes.LogEntry);
        Log("log-smaller-checkpoint", "A true checkpoint, of before the receipt was logged.", p => p.Checkpoint = _world.LogProofOf(p.Entry, 4, 3).Checkpoint.ToArray(), CheckCodes.LogInclusion);
        Log("log-larger-checkpoint", "A true checkpoint of later, with the proof for the earlier one.", p => p.Checkpoint = _world.LogProofOf(p.Entry, 12).Checkpoint.ToArray(), CheckCodes.LogInclusion);
        Log("log-checkpoint-signature-flipped", "A bit of the checkpoint's signature.", static p => p.Checkpoint = SignatureFlipped(p.Checkpoint), CheckCodes.LogCheckpoint);
        Log("log-checkpoint-size-altered", "The checkpoint's size, changed after signing.", static p => p.Checkpoint = Replace(p.Checkpoint, "\n7\n", "\n9\n"), CheckCodes.LogCheckpoint, CheckCodes.LogInclusion);
        Log("log-checkpoint-size-altered-by-one", "The same, to a size at which the path happens to fit as well.", static p => p.Checkpoint = Replace(p.Checkpoint, "\n7\n", "\n8\n"), CheckCodes.LogCheckpoint);
        Log("log-checkpoint-unsigned", "A checkpoint without its signature line.", static p => p.Checkpoint = p.Checkpoint[..(p.Checkpoint.AsSpan().IndexOf("\n\n"u8) + 2)], CheckCodes.LogCheckpoint);
        Log("log-checkpoint-empty", "No checkpoint.", static p => p.Checkpoint = [], CheckCodes.LogCheckpoint);
        Log("log-checkpoint-origin", "Signed by the log's key, but a checkpoint of another log.", p => p.Checkpoint = _world.LogProofOf(p.Entry, origin: "elsewhere.example").Checkpoint.ToArray(), CheckCodes.LogCheckpoint);
        Log("log-checkpoint-other-key", "A checkpoint of the same text by another key.", p => p.Checkpoint = OtherLog(p), CheckCodes.LogCheckpoint);
        Log("log-checkpoint-not-one", "Signed by the log's key, but no checkpoint.", p => p.Checkpoint = _world.NoteSigner.Sign("hello\n").Encode(), CheckCodes.LogCheckpoint);
        Log("log-checkpoint-extension", "A checkpoint with a line more, which this version doesn't know.", p => p.Checkpoint = _world.NoteSigner.Sign(NoteText(p.Checkpoint) + "more\n").Encode(), CheckCodes.LogCheckpoint);
        Log("log-checkpoint-size-leading-zero", "A size written with a leading zero.", p => p.Checkpoint = _world.NoteSigner.Sign(NoteText(p.Checkpoint).Replace("\n7\n", "\n07\n", StringComparison.Ordinal)).Encode(), CheckCodes.LogCheckpoint);
    }

    private byte[] OtherLog(BundleParts parts)
    {
        using Primitives.Notes.NoteSigner signer = new(World.Origin, Digest32.Sha256("somebody"u8).Bytes);
        return signer.Sign(NoteText(parts.Checkpoint)).Encode();
    }

    private static string NoteText(byte[] note) => Primitives.Notes.SignedNote.TryParse(note, out _)!.Text;

    private static byte[] SignatureFlipped(byte[] note)
    {
        // The last letters of the base64 hold the signature's end.
        byte[] flipped = [.. note];
        int at = flipped.Length - 8;
        flipped[at] = flipped[at] == (byte)'A' ? (byte)'B' : (byte)'A';
        return flipped;
    }
}
