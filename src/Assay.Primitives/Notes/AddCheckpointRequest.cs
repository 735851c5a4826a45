using System.Globalization;
using System.Text;

namespace Assay.Primitives.Notes;

/// <summary>
/// What a log sends to a witness (C2SP tlog-witness, <c>add-checkpoint</c>): the line <c>old N</c>, the consistency proof
/// from that size one base64 hash a line, a blank line, and the checkpoint as a signed note.
/// </summary>
/// <param name="OldSize">The size of the checkpoint that the witness cosigned last, as far as the log knows; 0 for none.</param>
/// <param name="Proof">The consistency path (RFC 9162, section 2.1.4) from that size; empty from 0 and for the same size.</param>
/// <param name="Note">The checkpoint.</param>
public sealed record AddCheckpointRequest(ulong OldSize, IReadOnlyList<Digest32> Proof, SignedNote Note)
{
    /// <summary>The longest body read, in bytes.</summary>
    public const int MaxSize = 64 * 1024;

    /// <summary>The most hashes in the proof, as C2SP tlog-witness has it.</summary>
    public const int MaxProof = 63;

    /// <summary>Reads a body; null and a code of <see cref="NoteErrors"/> if it isn't one. Nothing is verified.</summary>
    public static AddCheckpointRequest? TryParse(ReadOnlySpan<byte> body, out string? error)
    {
        error = NoteErrors.WitnessRequest;
        ReadOnlySpan<byte> rest = body;
        if (body.Length > MaxSize
            || !TryTakeLine(ref rest, out string line)
            || !line.StartsWith("old ", StringComparison.Ordinal)
            || !Checkpoint.TryParseSize(line.AsSpan(4), out ulong oldSize))
        {
            return null;
        }

        List<Digest32> proof = [];
        while (TryTakeLine(ref rest, out line))
        {
            if (line.Length == 0)
            {
                return SignedNote.TryParse(rest, out error) is { } note ? new AddCheckpointRequest(oldSize, proof, note) : null;
            }

            if (proof.Count == MaxProof || CanonicalBase64.TryDecode(line) is not { } bytes || !Digest32.TryFrom(bytes, out Digest32 hash))
            {
                return null;
            }

            proof.Add(hash);
        }

        return null;
    }

    /// <summary>The body.</summary>
    public byte[] Encode()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"old {OldSize}\n");
        foreach (Digest32 hash in Proof)
        {
            text.Append(Convert.ToBase64String(hash.Bytes)).Append('\n');
        }

        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Note.Encode()];
    }

    private static bool TryTakeLine(ref ReadOnlySpan<byte> rest, out string line)
    {
        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? "" : Encoding.UTF8.GetString(rest[..end]);
        rest = rest[(end + 1)..];
        return end >= 0;
    }
}
