using System.Buffers.Binary;
using System.Text;

namespace Assay.Primitives.Notes;

/// <summary>One signature line of a note. The array belongs to the record.</summary>
/// <param name="Name">The name of the key that it claims to be by.</param>
/// <param name="KeyId">That key's id.</param>
/// <param name="Signature">The signature's bytes, of any length: other algorithms exist.</param>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Signature)
{
    private static ReadOnlySpan<byte> LinePrefix => "— "u8;

    /// <summary>Reads lines <c>— name base64(key id | signature)</c>, each ended by a line feed; none is well too.</summary>
    /// <returns>Null and a code of <see cref="NoteErrors"/> if it isn't that, or more than <see cref="SignedNote.MaxSignatures"/>.</returns>
    public static IReadOnlyList<NoteSignature>? TryParseLines(ReadOnlySpan<byte> lines, out string? error)
    {
        List<NoteSignature> signatures = [];
        for (ReadOnlySpan<byte> rest = lines; !rest.IsEmpty;)
        {
            int end = rest.IndexOf((byte)'\n');
            if (signatures.Count == SignedNote.MaxSignatures)
            {
                error = NoteErrors.TooManySignatures;
                return null;
            }

            if (end < 0 || TryParseLine(rest[..end]) is not { } signature)
            {
                error = NoteErrors.SignatureLine;
                return null;
            }

            signatures.Add(signature);
            rest = rest[(end + 1)..];
        }

        error = null;
        return signatures;
    }

    /// <summary>The line, with its line feed.</summary>
    public string ToLine()
    {
        byte[] keyed = new byte[4 + Signature.Length];
        BinaryPrimitives.WriteUInt32BigEndian(keyed, KeyId);
        Signature.CopyTo(keyed, 4);
        return $"— {Name} {Convert.ToBase64String(keyed)}\n";
    }

    private static NoteSignature? TryParseLine(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(LinePrefix))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(line[LinePrefix.Length..]);
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0
            || !NoteVerifierKey.IsName(text.AsSpan(0, space))
            || CanonicalBase64.TryDecode(text.AsSpan(space + 1)) is not { Length: > 4 } keyed)
        {
            return null;
        }

        return new NoteSignature(text[..space], BinaryPrimitives.ReadUInt32BigEndian(keyed), keyed[4..]);
    }
}
