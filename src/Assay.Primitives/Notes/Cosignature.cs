using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Assay.Primitives.Notes;

/// <summary>
/// Timestamped cosignatures (C2SP tlog-cosignature, <c>cosignature/v1</c>): a witness says that it saw a checkpoint at a
/// time, and that this checkpoint extends everything it saw of that log before. The signature is the time (u64,
/// big-endian, seconds of Unix time) and 64 bytes of Ed25519 over <c>cosignature/v1\ntime T\n</c> and the note's text.
/// </summary>
public static class Cosignature
{
    /// <summary>The latest time that is one, in Unix seconds: the end of the year 9999.</summary>
    public const long MaxTime = 253_402_300_799;

    internal const int Size = 8 + Ed25519.SignatureSize;

    /// <summary>Verifies every cosignature line of the note that names the key.</summary>
    /// <param name="note">The checkpoint with its lines.</param>
    /// <param name="key">The witness's key.</param>
    /// <param name="unixSeconds">When the witness signed; of several lines the earliest time. 0 unless the result is Pass.</param>
    /// <returns>
    /// NotEvaluated when no line names the key (by name and key id). Fail when one that does isn't a cosignature by it:
    /// wrong length, a time of 0 or past <see cref="MaxTime"/>, or a bad signature. Otherwise Pass. Never throws.
    /// </returns>
    /// <remarks>
    /// One bad line spoils the rest, as in <see cref="SignedNote.Verify"/>. Of several good ones the earliest counts, not
    /// the first: a witness may well cosign one checkpoint twice, each line is its word that it had seen the checkpoint by
    /// then, and the order of lines is up to whoever holds the note. The number of lines is bounded by
    /// <see cref="SignedNote.MaxSignatures"/>.
    /// </remarks>
    public static CheckResult Verify(SignedNote note, CosignatureKey key, out long unixSeconds)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(key);
        unixSeconds = 0;
        long earliest = 0;
        foreach (NoteSignature line in note.Signatures)
        {
            CheckResult result = VerifyLine(note, line, key, out long time);
            if (result == CheckResult.NotEvaluated)
            {
                continue;
            }

            if (result == CheckResult.Fail)
            {
                return CheckResult.Fail;
            }

            earliest = earliest == 0 ? time : Math.Min(earliest, time);
        }

        unixSeconds = earliest;
        return earliest == 0 ? CheckResult.NotEvaluated : CheckResult.Pass;
    }

    /// <summary>Verifies one line of the note by itself, for callers to whom a bad line isn't to spoil a good one.</summary>
    /// <returns>As <see cref="Verify"/>, for this line alone: NotEvaluated when it doesn't name the key.</returns>
    public static CheckResult VerifyLine(SignedNote note, NoteSignature line, CosignatureKey key, out long unixSeconds)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(line);
        ArgumentNullException.ThrowIfNull(key);
        unixSeconds = 0;
        if (line.KeyId != key.KeyId || line.Name != key.Name)
        {
            return CheckResult.NotEvaluated;
        }

        if (!TryReadTime(line.Signature, out long time) || key.Verify(Message(note.Text, time), line.Signature.AsSpan(8)) != CheckResult.Pass)
        {
            return CheckResult.Fail;
        }

        unixSeconds = time;
        return CheckResult.Pass;
    }

    /// <summary>Whether seconds of Unix time can stand in a cosignature: 1 to <see cref="MaxTime"/>.</summary>
    public static bool IsTime(long unixSeconds) => unixSeconds is > 0 and <= MaxTime;

    internal static byte[] Message(string checkpointText, long unixSeconds) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {unixSeconds}\n{checkpointText}"));

    private static bool TryReadTime(ReadOnlySpan<byte> signature, out long unixSeconds)
    {
        unixSeconds = 0;
        if (signature.Length != Size)
        {
            return false;
        }

        ulong time = BinaryPrimitives.ReadUInt64BigEndian(signature);
        unixSeconds = time <= long.MaxValue ? (long)time : 0;
        return IsTime(unixSeconds);
    }
}
